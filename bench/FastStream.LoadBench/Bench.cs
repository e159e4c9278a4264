using System.Globalization;
using System.Text.Json;
using FastStream.LoadBench.Cases;
using FastStream.LoadBench.Goals;
using FastStream.LoadBench.Processes;
using FastStream.LoadBench.Report;

namespace FastStream.LoadBench;

/// <summary>
/// Runs all steps of all rounds, each in a process of its own, and reports. A step that fails is told and counts as not
/// measured; the others go on.
/// </summary>
internal sealed class Bench(BenchPlan plan, BenchLog log)
{
    private static readonly string[] s_ceilings =
        ["tcp-sink", "tcp-echo", "tcp-echo-busy", "fsync-append", "direct-append", "direct-append-unflushed", "direct-read"];

    private static readonly string[] s_peers =
    [
        "postgres-copy-10000", "duckdb-appender", "redis-xadd-always", "redis-xadd-everysec", "nats-jetstream-100",
        "nats-jetstream-1", "rabbitmq-stream-100", "clickhouse-view",
    ];

    private readonly List<Round> _rounds = [];

    /// <summary>0 when all that was asked for was measured, 1 when a step failed.</summary>
    public int Run(CancellationToken stop)
    {
        bool failed = false;
        for (int number = 1; number <= plan.Rounds && !stop.IsCancellationRequested; number++)
        {
            Round round = new();
            _rounds.Add(round);
            foreach ((string name, Action<Round> step) in Steps())
            {
                if (stop.IsCancellationRequested)
                {
                    break;
                }

                log.Say($"round {number} of {plan.Rounds}: {name}");
                failed |= !TryRun(name, step, round);
            }
        }

        GoalTable.Write(log, _rounds, [.. GoalCatalog.All, .. plan.HasPeers ? GoalCatalog.Peers : []]);
        return failed ? 1 : 0;
    }

    private IEnumerable<(string Name, Action<Round> Step)> Steps()
    {
        List<(string Name, Action<Round> Step)> steps = [("aggregation kernels", RunMicrobenchmarks)];
        steps.AddRange(s_ceilings.Select(name => (name, (Action<Round>)(round => RunPeer(name, round)))));
        steps.AddRange(CaseCatalog.All.Where(one => one.Name != CaseCatalog.OpenLoop)
            .Select(one => (one.Name, (Action<Round>)(round => RunCase(one, round, 0, "")))));
        ILoadCase open = CaseCatalog.Find(CaseCatalog.OpenLoop)!;
        foreach (int percent in (int[])[10, 50, 90])
        {
            steps.Add(($"{open.Name} at {percent} %", round => RunCase(
                open, round, (round.Get(CaseCatalog.Small, Figure.RecordsPerSecond) ?? 1e6) * percent / 100, $" at {percent} %")));
        }

        if (plan.HasPeers)
        {
            steps.AddRange(s_peers.Select(name => (name, (Action<Round>)(round => RunPeer(name, round)))));
        }

        return steps.Where(step => step.Name.Contains(plan.Only, StringComparison.OrdinalIgnoreCase));
    }

    private bool TryRun(string name, Action<Round> step, Round round)
    {
        try
        {
            step(round);
            return true;
        }
        catch (Exception failure) when (failure is InvalidOperationException or JsonException or IOException)
        {
            log.Say($"{name} was not measured: {failure.Message}");
            return false;
        }
    }

    private void RunCase(ILoadCase one, Round round, double rate, string suffix)
    {
        CultureInfo plain = CultureInfo.InvariantCulture;
        double seconds = one.UsesDisk ? plan.DiskSeconds : plan.Seconds;
        using RoleProcess process = RoleProcess.Start(
            "case", one.Name, seconds.ToString(plain), plan.Folder, rate.ToString("R", plain));
        string json = process.ReadLine();
        CaseReport report = CaseReport.Parse(json);
        foreach ((string figure, double value) in report.Figures)
        {
            round.Add(one.Name + suffix, figure, value);
        }

        log.Measured(one.Name + suffix, report.Figures, json);
    }

    private void RunPeer(string name, Round round)
    {
        string program = OtherProgram.Peers ?? throw new InvalidOperationException("it is a program of the source tree");
        string seconds = (plan.IsQuick ? 2 : 5).ToString(CultureInfo.InvariantCulture);
        (int code, string output) = OtherProgram.Run(
            program, ["run", "--case", name, "--seconds", seconds, "--records-per-batch", "10000", "--folder", plan.Folder, "--json"]);
        if (code != 0)
        {
            throw new InvalidOperationException(code == 3 ? "it cannot run here (see bench/peers/README.md)" : $"it ended with {code}");
        }

        using JsonDocument line = JsonDocument.Parse(output);
        Dictionary<string, double> figures = new()
        {
            [Figure.RecordsPerSecond] = line.RootElement.GetProperty("recordsPerSecond").GetDouble(),
            [Figure.BytesPerSecond] = line.RootElement.GetProperty("bytesPerSecond").GetDouble(),
            [Figure.P50Us] = line.RootElement.GetProperty("ackP50Us").GetDouble(),
            [Figure.P99Us] = line.RootElement.GetProperty("ackP99Us").GetDouble(),
        };
        foreach ((string figure, double value) in figures)
        {
            round.Add(name, figure, value);
        }

        log.Measured(name, figures, output.Trim());
    }

    private void RunMicrobenchmarks(Round round)
    {
        string program = OtherProgram.Microbenchmarks ?? throw new InvalidOperationException("it is a program of the source tree");
        (int code, string output) = OtherProgram.Run(program, ["--quick", "--only", "aggregate"]);
        if (code != 0)
        {
            throw new InvalidOperationException($"it ended with {code}");
        }

        string json = output.TrimEnd().Split('\n')[^1];
        using JsonDocument line = JsonDocument.Parse(json);
        foreach (IGrouping<string, JsonElement> group in line.RootElement.GetProperty("results").EnumerateArray()
            .GroupBy(result => result.GetProperty("group").GetString()!))
        {
            Dictionary<string, double> ratios = group.ToDictionary(
                result => result.GetProperty("case").GetString()!, result => result.GetProperty("ratio").GetDouble());
            foreach ((string rival, double ratio) in ratios)
            {
                round.Add(group.Key, rival, ratio);
            }

            log.Measured(group.Key, ratios, "");
        }

        log.Json(json);
    }
}
