using System.Diagnostics;
using FastStream.Simulation.Scenario;

namespace FastStream.Simulation;

/// <summary>Runs seeds one after the other on a few threads, each seed on one, until one fails or the end is reached.</summary>
internal sealed class SeedRun(ulong first, long count, TimeSpan time, int threads, TextWriter output)
{
    private static readonly TimeSpan s_progress = TimeSpan.FromSeconds(5);

    private readonly Lock _guard = new();
    private long _taken; // by Interlocked
    private long _done;  // under the guard, as all below
    private long _acks;
    private long _rows;
    private long _starts;
    private long _snapshots;
    private readonly SortedDictionary<string, long> _seen = new(StringComparer.Ordinal);
    private (ulong Seed, string Failure)? _failed;
    private bool _stopped; // written under the guard, read by the workers

    /// <summary>The seeds that were run.</summary>
    public long DoneCount => _done;

    /// <summary>How often each kind of event has happened.</summary>
    public IReadOnlyDictionary<string, long> Seen => _seen;

    /// <summary>The seed that failed, and how; null when none did.</summary>
    public (ulong Seed, string Failure)? Failed => _failed;

    /// <summary>Returns the exit code.</summary>
    public int Run()
    {
        Stopwatch watch = Stopwatch.StartNew();
        Thread[] workers = [.. Enumerable.Range(0, threads).Select(_ => new Thread(() => Work(watch)) { IsBackground = true })];
        Array.ForEach(workers, worker => worker.Start());
        foreach (Thread worker in workers)
        {
            while (!worker.Join(s_progress))
            {
                Say(watch.Elapsed);
            }
        }

        Say(watch.Elapsed);
        output.WriteLine($"seen: {string.Join(", ", _seen.Select(one => $"{one.Key} {one.Value:N0}"))}");
        if (_failed is not (ulong seed, string failure))
        {
            return 0;
        }

        SimulationCommand.Explain(seed, failure, output);
        return 1;
    }

    private void Work(Stopwatch watch)
    {
        while (watch.Elapsed < time)
        {
            long number = Interlocked.Increment(ref _taken) - 1; // partner: the other workers
            if (number >= count || Volatile.Read(ref _stopped)) // partner: the write below
            {
                return;
            }

            ulong seed = first + (ulong)number;
            SimulationPlan plan = SimulationPlan.Of(seed);
            SimulationResult result = Simulation.Run(plan, plan.Steps);
            lock (_guard)
            {
                _done++;
                _acks += result.AckCount;
                _rows += result.ResultCount;
                _starts += result.OpenCount;
                _snapshots += result.SnapshotCount;
                foreach ((string what, long times) in result.Trace.Seen)
                {
                    _seen[what] = _seen.GetValueOrDefault(what) + times;
                }

                if (result.Failure is not null && (_failed is null || seed < _failed.Value.Seed))
                {
                    _failed = (seed, result.Failure);
                    Volatile.Write(ref _stopped, true); // partner: the read above
                }
            }
        }
    }

    private void Say(TimeSpan elapsed)
    {
        lock (_guard)
        {
            output.WriteLine(
                $"{_done:N0} seeds from {first}, {_done / elapsed.TotalSeconds:F0}/s: {_starts:N0} starts, {_acks:N0} acks, "
                + $"{_rows:N0} result rows, {_snapshots:N0} snapshots, {(_failed is null ? "none failed" : "one failed")}");
        }
    }
}
