using FastStream.LoadBench.Goals;

namespace FastStream.LoadBench;

/// <summary>One thing that is measured in a round.</summary>
/// <param name="Name">What it is called in the progress and by --only.</param>
/// <param name="Measure">Measures, and adds figures to the round. Throws where there is no figure.</param>
/// <param name="IsOnce">Whether one round is enough: it repeats itself, or its figure hardly moves.</param>
/// <param name="IsLong">Whether it is left out of --quick.</param>
internal sealed record Step(string Name, Action<Round> Measure, bool IsOnce = false, bool IsLong = false);
