using FastStream.Benchmarks;

namespace FastStream.LoadBench.Report;

/// <summary>What every JSON line says, so that it can be read without its neighbours.</summary>
internal abstract record BenchLine
{
    public int Schema { get; init; } = 2;

    public DateTime When { get; init; } = DateTime.UtcNow;

    public string Commit { get; init; } = BenchMachine.Commit;

    public BenchMachine Machine { get; init; } = BenchMachine.Here;
}
