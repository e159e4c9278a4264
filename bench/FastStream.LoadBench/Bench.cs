using System.Diagnostics;
using System.Text.Json;
using FastStream.LoadBench.Goals;
using FastStream.LoadBench.Report;

namespace FastStream.LoadBench;

/// <summary>
/// Runs all steps of all rounds and reports. A step that fails is told and counts as not measured; the others go on.
/// </summary>
internal sealed class Bench(BenchPlan plan, BenchLog log)
{
    private readonly BenchSteps _steps = new(plan, log);
    private readonly List<Round> _rounds = [];

    /// <summary>0 when all that was asked for was measured, 1 when a step failed.</summary>
    public int Run(CancellationToken stop)
    {
        bool failed = false;
        long start = Stopwatch.GetTimestamp();
        for (int number = 1; number <= plan.Rounds && !stop.IsCancellationRequested; number++)
        {
            Round round = new();
            _rounds.Add(round);
            foreach (Step step in _steps.OfRound(number))
            {
                if (stop.IsCancellationRequested)
                {
                    break;
                }

                log.Say($"round {number} of {plan.Rounds}, {Stopwatch.GetElapsedTime(start):mm\\:ss}: {step.Name}");
                failed |= !TryRun(step, round);
            }
        }

        log.Say($"all of it took {Stopwatch.GetElapsedTime(start):mm\\:ss}");
        Report();
        return failed ? 1 : 0;
    }

    private void Report()
    {
        if (plan.HasPeers)
        {
            PeerTable.Write(log, _rounds);
        }
        else
        {
            LayerTable.Write(log, _rounds);
            LatencyTable.Write(log, _rounds);
        }

        GoalTable.Write(log, _rounds, plan.HasPeers ? GoalCatalog.Peers : GoalCatalog.All);
        if (plan.ChartFolder is string folder)
        {
            BenchCharts.Write(folder, _rounds, plan.HasPeers);
        }
    }

    private bool TryRun(Step step, Round round)
    {
        try
        {
            step.Measure(round);
            return true;
        }
        catch (Exception failure) when (failure is InvalidOperationException or JsonException or IOException)
        {
            log.Say($"{step.Name} was not measured: {failure.Message}");
            return false;
        }
    }
}
