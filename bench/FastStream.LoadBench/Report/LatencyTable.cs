using FastStream.LoadBench.Cases;
using FastStream.LoadBench.Goals;

namespace FastStream.LoadBench.Report;

/// <summary>Percentiles of the times to an ack, in microseconds; open loops count from when a frame was due.</summary>
internal static class LatencyTable
{
    private static readonly (string Name, string Shown)[] s_rows =
    [
        ("embedded-applied", "append in process, applied"),
        (CaseCatalog.PingBusy, "a record over the loopback, applied, spinning"),
        (CaseCatalog.PingApplied, "a record over the loopback, applied"),
        (CaseCatalog.PingDurable, "a record over the loopback, durable"),
        .. CaseCatalog.OpenLoopPercents.Select(percent => (
            CaseCatalog.OpenLoop + CaseCatalog.AtPercent(percent),
            $"open loop at {percent} % of capacity, frames of 1,000, durable")),
    ];

    public static void Write(BenchLog log, IReadOnlyList<Round> rounds)
    {
        log.Table("");
        log.Table($"{"microseconds to the ack",-58} {"p50",9} {"p99",9} {"p99.9",9} {"max",9}");
        foreach ((string name, string shown) in s_rows)
        {
            string[] figures = [.. Figure.Percentiles
                .Select(one => Outcome.Of(rounds, name, one.Name))
                .OfType<Outcome>()
                .Select(outcome => $"{Number.Show(outcome.Median),9}")];
            if (figures.Length > 0)
            {
                log.Table($"{shown,-58} {string.Join(' ', figures)}");
            }
        }
    }
}
