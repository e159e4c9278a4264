using FastStream.Engine.Definitions;

namespace FastStream.Engine.Sequencing;

/// <summary>A view of a stream and where it began.</summary>
/// <param name="Definition">The view, with the number the engine gave it.</param>
/// <param name="FirstWindowStart">It takes windows from here on; <see cref="SourceTime.None"/> = all.</param>
internal sealed record ViewEntry(ViewDefinition Definition, long FirstWindowStart);
