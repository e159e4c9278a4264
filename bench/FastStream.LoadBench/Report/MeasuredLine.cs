using FastStream.Benchmarks;

namespace FastStream.LoadBench.Report;

/// <summary>What one step of one round measured: a JSON line that can be read without its neighbours.</summary>
internal sealed record MeasuredLine
{
    public int Schema { get; init; } = 2;

    public DateTime When { get; init; } = DateTime.UtcNow;

    public string Commit { get; init; } = BenchMachine.Commit;

    public BenchMachine Machine { get; init; } = BenchMachine.Here;

    public required int Round { get; init; }

    public required string Measured { get; init; }

    /// <summary>Figures by name; the unit is in the name.</summary>
    public required IReadOnlyDictionary<string, double> Figures { get; init; }

    /// <summary>What else a reader must know: versions, congestion control.</summary>
    public string Note { get; init; } = "";
}
