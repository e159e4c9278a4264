namespace FastStream.LoadBench.Report;

/// <summary>A goal and what came of it.</summary>
internal sealed record GoalLine : BenchLine
{
    public required string Goal { get; init; }

    public required string Unit { get; init; }

    /// <summary>The median of the rounds; null when it was not measured.</summary>
    public double? Figure { get; init; }

    public double? Least { get; init; }

    public double? Most { get; init; }

    public int Rounds { get; init; }

    public double? Floor { get; init; }

    public double? Aim { get; init; }

    public bool IsLowerBetter { get; init; }

    /// <summary>proud, pass, even, short, shown (there is no floor) or not measured.</summary>
    public required string Verdict { get; init; }
}
