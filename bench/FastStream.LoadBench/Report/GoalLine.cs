using FastStream.Benchmarks;

namespace FastStream.LoadBench.Report;

/// <summary>A goal and what came of it: a JSON line that can be read without its neighbours.</summary>
internal sealed record GoalLine
{
    public int Schema { get; init; } = 2;

    public DateTime When { get; init; } = DateTime.UtcNow;

    public string Commit { get; init; } = BenchMachine.Commit;

    public BenchMachine Machine { get; init; } = BenchMachine.Here;

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
