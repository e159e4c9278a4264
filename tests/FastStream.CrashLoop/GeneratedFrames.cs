using FastStream.Cli.Generation;

namespace FastStream.CrashLoop;

/// <summary>What <c>faststream generate</c> would send.</summary>
internal sealed class GeneratedFrames(GeneratePlan plan) : ICrashFrames
{
    private readonly RecordFrames _frames = new(plan);

    public ReadOnlySpan<byte> Get(long sequence) => _frames.Get(sequence);

    public long RecordsThrough(long sequence) => sequence * plan.Records.RecordsPerFrame;
}
