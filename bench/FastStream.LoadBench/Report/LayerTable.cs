using FastStream.LoadBench.Cases;
using FastStream.LoadBench.Goals;

namespace FastStream.LoadBench.Report;

/// <summary>From the kernel outwards: what each layer leaves of the one before, and of the limit that none can pass.</summary>
internal static class LayerTable
{
    private const string NoLimit = "";

    /// <summary>Layers, each with the limit that it may not pass.</summary>
    public static IReadOnlyList<(string Name, string Shown, string Limit)> Layers { get; } =
    [
        ("aggregate 10,000 keys", "aggregation of a partition, one core", NoLimit),
        (CaseCatalog.InProcess, "appended in process, windows closing", "aggregate 10,000 keys"),
        (CaseCatalog.Off, "loopback, journal off", "tcp-sink"),
        (CaseCatalog.OffManyWindows, "the same, a window every million records", "tcp-sink"),
        (CaseCatalog.OffZipf, "the same, Zipf", "tcp-sink"),
        (CaseCatalog.OffKeys100, "the same, 100 keys", "tcp-sink"),
        (CaseCatalog.OffKeys1M, "the same, a million keys", "tcp-sink"),
        (CaseCatalog.OffTwo, "the same, two partitions", "tcp-sink"),
        (CaseCatalog.Applied, "loopback, journaled, acked when applied", "direct-append-unflushed"),
        (CaseCatalog.Written, "loopback, journaled, acked when written", "direct-append-unflushed"),
        (CaseCatalog.Durable, "loopback, journaled, acked when flushed", "direct-append"),
        (CaseCatalog.Encoded, "the same, encoded columns", NoLimit),
        (CaseCatalog.Small, "the same, frames of 100 records, a write each", "direct-append"),
        (CaseCatalog.SmallTogether, "the same, frames of 100 records, 100 a write", "direct-append"),
        (CaseCatalog.OneTogether, "the same, frames of a record, 1,000 a write", NoLimit),
        (CaseCatalog.Send100, "the same, client's calls of 100 records", "direct-append"),
        (CaseCatalog.Send1, "client's calls of one record, journal off", "tcp-sink"),
        (CaseCatalog.Many, "1,000 connections, a record a frame, durable", NoLimit),
    ];

    public static void Write(BenchLog log, IReadOnlyList<Round> rounds)
    {
        log.Table("");
        log.Table($"{"layer, 10,000 keys",-48} {"records/s",12} {"GB/s",6}   share of the limit");
        foreach ((string name, string shown, string limit) in Layers)
        {
            if (Outcome.Of(rounds, name, Figure.RecordsPerSecond) is not Outcome records)
            {
                continue;
            }

            string bytes = Outcome.Of(rounds, name, Figure.BytesPerSecond) is Outcome rate ? Number.Show(rate.Median / 1e9) : "";
            string share = Outcome.Of(rounds, round => Share(round, name, limit)) is Outcome part
                ? $"{part.Median:P0} of {limit}"
                : "";
            log.Table($"{shown,-48} {Number.Show(records.Median),12} {bytes,6}   {share}");
        }
    }

    private static double? Share(Round round, string name, string limit) =>
        round.Ratio((name, Figure.RecordsPerSecond), (limit, Figure.RecordsPerSecond));
}
