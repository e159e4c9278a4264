using System.Diagnostics;

namespace FastStream.Fuzz;

/// <summary>A whole run: replays the corpus, runs the plan on all threads, watches for hangs, prints a table.</summary>
internal sealed class FuzzRun(FuzzOptions options, IReadOnlyList<Func<FuzzTarget>> targets, CaseNotes notes, TextWriter output)
{
    private const int WatchEveryMs = 500;
    private const int ProgressEveryMs = 5000;

    /// <summary>A case that takes so long is a hang; the process is ended, for nothing else stops it.</summary>
    private const int HangMs = 120_000;

    private readonly Lock _gate = new();
    private readonly List<Finding> _findings = [];
    private readonly string[] _names = [.. targets.Select(make => NameOf(make))];

    /// <summary>The run's exit code.</summary>
    public int Run()
    {
        Stopwatch clock = Stopwatch.StartNew();
        FuzzWorker[] workers =
            [.. Enumerable.Range(0, options.Workers).Select(i => new FuzzWorker(i, options.Seed, targets, notes, Report))];
        int replayed = Replay(workers[0]);
        output.WriteLine($"corpus: {replayed} inputs replayed in {clock.Elapsed.TotalSeconds:F1} s");
        if (options.Case is long number)
        {
            workers[0].RunCase(0, number);
        }
        else if (!options.ReplayOnly)
        {
            FuzzPlan plan = new([.. targets.Select(WeightOf)], options.Seconds is null ? options.Cases : null);
            RunAll(workers, plan, clock);
            Print(workers, clock.Elapsed);
        }

        Array.ForEach(workers, worker => worker.Dispose());
        output.WriteLine(_findings.Count == 0 ? "no findings" : $"{_findings.Count} findings");
        return _findings.Count == 0 ? 0 : 1;
    }

    private int Replay(FuzzWorker worker)
    {
        int count = 0;
        for (int target = 0; target < _names.Length; target++)
        {
            IReadOnlyList<(string Path, byte[] Input)> inputs = Corpus.Of(_names[target]);
            worker.Replay(target, inputs);
            count += inputs.Count;
        }

        return count;
    }

    private void RunAll(FuzzWorker[] workers, FuzzPlan plan, Stopwatch clock)
    {
        bool Stop() => options.Seconds is double seconds && clock.Elapsed.TotalSeconds >= seconds;
        Thread[] threads =
            [.. workers.Select(worker => new Thread(() => worker.Run(plan, Stop)) { Name = "fuzz", IsBackground = true })];
        Array.ForEach(threads, thread => thread.Start());
        long nextProgressMs = ProgressEveryMs;
        foreach (Thread thread in threads)
        {
            while (!thread.Join(WatchEveryMs))
            {
                WatchForHangs();
                if (clock.ElapsedMilliseconds >= nextProgressMs)
                {
                    nextProgressMs = clock.ElapsedMilliseconds + ProgressEveryMs;
                    output.WriteLine($"{clock.Elapsed.TotalSeconds,6:F0} s  {plan.Count,13:N0} cases  "
                        + $"{plan.Count / clock.Elapsed.TotalSeconds,11:N0} a second  {_findings.Count} findings");
                }
            }
        }
    }

    private void WatchForHangs()
    {
        for (int worker = 0; worker < options.Workers; worker++)
        {
            if (notes.TryRead(worker, out int target, out long number, out long startMs)
                && Environment.TickCount64 - startMs > HangMs)
            {
                output.WriteLine($"HANG: {_names[target]}, case {number}, seed {options.Seed}: more than {HangMs / 1000} s");
                output.Flush();
                Environment.Exit(Supervisor.HangExitCode);
            }
        }
    }

    private void Report(Finding finding)
    {
        lock (_gate)
        {
            if (_findings.Exists(f => f.Target == finding.Target && f.Signature == finding.Signature && f.CaseNumber >= 0))
            {
                return;
            }

            _findings.Add(finding);
            string path = finding.CaseNumber < 0 ? "" : $"\nkept as {Corpus.Keep(finding, options.CorpusFolder)}";
            output.WriteLine(
                $"FINDING in {finding.Target}: {finding.Signature}\n"
                + $"case {finding.CaseNumber}, seed {finding.Seed}, {finding.Input.Length} bytes: "
                + $"{Convert.ToHexString(finding.Input.AsSpan(0, Math.Min(256, finding.Input.Length)))}\n{finding.Text}{path}\n");
        }
    }

    private void Print(FuzzWorker[] workers, TimeSpan elapsed)
    {
        TargetCounts sum = new();
        output.WriteLine($"\n{"target",-22} {"cases",13} {"taken",7} {"a cpu-second",13} {"slowest",11} (case)       faults");
        for (int target = 0; target < _names.Length; target++)
        {
            TargetCounts counts = new();
            Array.ForEach(workers, worker => counts.Add(worker.Counts[target]));
            sum.Add(counts);
            double seconds = counts.BusyNs / 1e9;
            output.WriteLine(
                $"{_names[target],-22} {counts.Cases,13:N0} {100.0 * counts.Taken / Math.Max(1, counts.Cases),6:F1}% "
                + $"{counts.Cases / Math.Max(seconds, 1e-9),13:N0} {counts.SlowestNs / 1e6,8:F2} ms {counts.SlowestCase,-12} {counts.Faults}");
        }

        output.WriteLine(
            $"{"in all",-22} {sum.Cases,13:N0} {100.0 * sum.Taken / Math.Max(1, sum.Cases),6:F1}% "
            + $"{sum.Cases / Math.Max(sum.BusyNs / 1e9, 1e-9),13:N0}\nseed {options.Seed}, {options.Workers} threads, {elapsed.TotalSeconds:F1} s, "
            + $"{sum.Cases / elapsed.TotalSeconds:N0} cases a second");
    }

    private static string NameOf(Func<FuzzTarget> make)
    {
        using FuzzTarget target = make();
        return target.Name;
    }

    private static int WeightOf(Func<FuzzTarget> make)
    {
        using FuzzTarget target = make();
        return target.Weight;
    }
}
