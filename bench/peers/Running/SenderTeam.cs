using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace FastStream.Peers.Running;

/// <summary>
/// Senders that each have one batch under way, on a thread each. They begin together; each begins at its own share of
/// the batches, so that they do not send the same ones.
/// </summary>
internal sealed class SenderTeam(CaseRun run, PreparedRecords records, IReadOnlyList<IBatchSender> senders)
{
    private readonly AckedBatches[] _acked = [.. senders.Select(_ => new AckedBatches(records))];
    private readonly LatencyHistogram[] _latencies = [.. senders.Select(_ => new LatencyHistogram())];
    private ExceptionDispatchInfo? _failure; // the first one

    /// <summary>Filled by <see cref="Run"/>.</summary>
    public AckedBatches Acked { get; } = new(records);

    /// <summary>Lets the clock run out. A sender that fails ends the run with its exception.</summary>
    public Measurement Run(string note)
    {
        using IDisposable progress = run.Progress(_latencies);
        Thread[] threads = [.. Enumerable.Range(0, senders.Count).Select(index => new Thread(() => Send(index)))];
        run.StartClock();
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        double seconds = run.Elapsed;
        _failure?.Throw();
        LatencyHistogram latencies = new();
        for (int index = 0; index < senders.Count; index++)
        {
            latencies.Add(_latencies[index]);
            Acked.Add(_acked[index]);
        }

        long count = Acked.RecordCount;
        return new Measurement(count, count * PeerLoad.RecordBytes, seconds, latencies, records.BatchRecords, note);
    }

    private void Send(int index)
    {
        try
        {
            int batch = (int)((long)index * records.BatchCount / senders.Count);
            while (Volatile.Read(ref _failure) is null && !run.IsOver)
            {
                long from = Stopwatch.GetTimestamp();
                senders[index].Send(batch);
                _latencies[index].AddSince(from);
                _acked[index].Add(batch);
                batch = batch + 1 == records.BatchCount ? 0 : batch + 1;
            }
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
        }
    }
}
