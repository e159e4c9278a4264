using FastStream.Cli.Generation;

namespace FastStream.CrashLoop;

/// <summary>A producer's part of the load: who it is and what it sends.</summary>
internal sealed record CrashSource(GeneratePlan Plan, ICrashFrames Frames);
