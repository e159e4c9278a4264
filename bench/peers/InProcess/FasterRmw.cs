using System.Diagnostics;
using System.Numerics;
using FASTER.core;
using FastStream.Peers.Running;
using FasterSession = FASTER.core.ClientSession<
    ulong, FastStream.Peers.InProcess.WindowCell, double, FastStream.Peers.InProcess.WindowCell, FASTER.core.Empty, FastStream.Peers.InProcess.FasterCells>;

namespace FastStream.Peers.InProcess;

/// <summary>
/// FASTER's key-value store, a read-modify-write a record. Its log is in memory, without a device; cells change in
/// place. There are no windows: a cell is never handed out and never cleared, which is less work than the others do.
/// </summary>
internal sealed class FasterRmw : IPeerCase
{
    public PeerFacts Facts { get; } = new(
        "faster-rmw", "FASTER key-value store, RMW of a cell a record", Durabilities.Memory, Works.Aggregates, "the batch is in its keys' cells");

    public string Version => Packages.Of("Microsoft.FASTER.Core");

    public string? WhyNot(PeerLoad load) => null;

    public Measurement Run(CaseRun run)
    {
        PreparedRecords records = new(run.Load);
        using NullDevice device = new();
        long buckets = Math.Max(1 << 16, (long)BitOperations.RoundUpToPowerOf2((uint)records.KeyCount));
        using FasterKV<ulong, WindowCell> store = new(
            buckets, new LogSettings { LogDevice = device, MemorySizeBits = 30, PageSizeBits = 25, MutableFraction = 0.9 });
        using FasterSession session = store.For(new FasterCells()).NewSession<FasterCells>();
        return Run(run, records, session);
    }

    private static Measurement Run(
        CaseRun run,
        PreparedRecords records,
        FasterSession session)
    {
        AckedBatches acked = new(records);
        LatencyHistogram latencies = new();
        using IDisposable progress = run.Progress(latencies);
        int batch = 0;
        run.StartClock();
        while (!run.IsOver)
        {
            long from = Stopwatch.GetTimestamp();
            ReadOnlySpan<ulong> keys = records.KeysOf(batch);
            ReadOnlySpan<double> values = records.ValuesOf(batch);
            for (int i = 0; i < keys.Length; i++)
            {
                ulong key = keys[i];
                double value = values[i];
                session.RMW(ref key, ref value);
            }

            latencies.AddSince(from);
            acked.Add(batch);
            batch = batch + 1 == records.BatchCount ? 0 : batch + 1;
        }

        double seconds = run.Elapsed;
        acked.Check(acked.Totals().Keys.Select(key => (key, Read(session, key))));
        long count = acked.RecordCount;
        return new Measurement(
            count, count * PeerLoad.RecordBytes, seconds, latencies, records.BatchRecords, "count, sum, min, max; no windows, nothing closed; one thread");
    }

    private static KeyTotal Read(
        FasterSession session, ulong key)
    {
        WindowCell cell = default;
        double unused = 0;
        return session.Read(ref key, ref unused, ref cell).Found ? new KeyTotal(cell.Count, cell.Sum) : default;
    }
}
