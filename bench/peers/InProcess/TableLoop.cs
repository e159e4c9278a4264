using System.Diagnostics;
using FastStream.Peers.Running;

namespace FastStream.Peers.InProcess;

/// <summary>A loop over batches into a table: no threads, no hand-over, nothing kept but the cells.</summary>
internal sealed class TableLoop(string name, string peer, Func<IWindowTable> create) : IPeerCase
{
    public PeerFacts Facts { get; } = new(
        name, peer, Durabilities.Memory, Works.Aggregates, "the batch is in the open window's cells");

    public string Version => $".NET {Environment.Version}";

    public string? WhyNot(PeerLoad load) => null;

    public Measurement Run(CaseRun run)
    {
        PreparedRecords records = new(run.Load);
        IWindowTable table = create();
        TableCheck.RequireOnePass(table, records);
        WindowedTable windowed = new(table, records);
        AckedBatches acked = new(records);
        LatencyHistogram latencies = new();
        using IDisposable progress = run.Progress(latencies);
        int batch = 0;
        long pass = 0;
        run.StartClock();
        while (!run.IsOver)
        {
            long from = Stopwatch.GetTimestamp();
            windowed.Add(batch, pass);
            latencies.AddSince(from);
            acked.Add(batch);
            if (++batch == records.BatchCount)
            {
                batch = 0;
                pass++;
            }
        }

        double seconds = run.Elapsed;
        return TableCheck.Finish(windowed, acked, records, seconds, latencies);
    }
}
