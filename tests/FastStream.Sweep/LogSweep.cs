using System.Collections.Concurrent;
using FastStream.TestKit.Files;

namespace FastStream.Sweep;

/// <summary>
/// The journal's code over simulated files: the scenario again and again, each time with a fault at another operation,
/// until no fault fires any more. After each the folder must open, and hold what it had promised.
/// </summary>
internal sealed class LogSweep(int seed, TextWriter? progress = null)
{
    private const int FindingLimit = 20;
    private const int BatchCount = 64;

    private readonly ConcurrentDictionary<string, int> _points = new();
    private readonly ConcurrentQueue<string> _findings = new();

    /// <summary>All points of all faults, or those whose name begins so, or one point.</summary>
    public SweepReport Run(string faultName = "", int? at = null)
    {
        SweepFault[] faults = [.. SweepFault.All.Where(f => f.Name.StartsWith(faultName, StringComparison.Ordinal))];
        foreach (SweepFault fault in faults)
        {
            Sweep(fault, at);
        }

        return new SweepReport(
            faults.ToDictionary(fault => fault.Name, fault => _points.GetValueOrDefault(fault.Name)),
            [.. _findings.Order(StringComparer.Ordinal)]);
    }

    /// <summary>One point; false when the scenario has fewer operations.</summary>
    public bool RunAt(SweepFault fault, int at)
    {
        SimulatedFileSystem files = new();
        FaultAtOperation injected = new(fault, at);
        files.Fault = injected.Choose;
        using LogScenario scenario = new(files, injected.Lift);
        try
        {
            Disturbed(files, scenario);
            RequireReport(injected, scenario, files);
            injected.Lift();
            files.Fault = null;
            Recover(files, scenario, fault, at);
        }
        catch (SweepFinding finding)
        {
            _findings.Enqueue($"{fault} at {at} ({injected.Hit}): {finding.Message}");
        }
        catch (Exception unexpected)
        {
            _findings.Enqueue($"{fault} at {at} ({injected.Hit}): not handled: {unexpected}");
        }

        return injected.Hit is not null;
    }

    private void Sweep(SweepFault fault, int? only)
    {
        if (only is int point)
        {
            _points[fault.Name] = RunAt(fault, point) ? 1 : 0;
            return;
        }

        // Most of a run is waiting for other threads, so several run at once; in batches, since the number of
        // operations is known only by going past it.
        int points = 0;
        int hits = 1;
        for (int from = 1; hits > 0 && _findings.Count < FindingLimit; from += BatchCount)
        {
            hits = 0;
            Parallel.For(
                from,
                from + BatchCount,
                new ParallelOptions { MaxDegreeOfParallelism = 2 * Environment.ProcessorCount },
                at => Interlocked.Add(ref hits, RunAt(fault, at) ? 1 : 0)); // partner: the read after the loop
            points += hits;
            progress?.WriteLine($"{fault}: {points} points");
        }

        _points[fault.Name] = points;
    }

    private static void Disturbed(SimulatedFileSystem files, LogScenario scenario)
    {
        if (scenario.Live(entryCount: 40, truncates: true) && !files.IsDead)
        {
            scenario.Live(entryCount: 10);
        }
    }

    // An error that could cost data must have been told to somebody, and acks stopped or frames refused.
    private static void RequireReport(FaultAtOperation injected, LogScenario scenario, SimulatedFileSystem files)
    {
        bool matters = injected.Hit is { } hit
            && hit.Kind is not (FileOperationKind.Delete or FileOperationKind.Preallocate)
            && Path.GetFileName(hit.Path) != "probe"
            && !IsForSpaceAhead(hit);
        if (matters && !files.IsDead && scenario.Reports.Count == 0)
        {
            throw new SweepFinding("nobody was told");
        }
    }

    // A segment that is made ahead and not needed in this life is nobody's business; what it holds later is checked.
    private static bool IsForSpaceAhead(FileOperation hit) =>
        hit.Kind == FileOperationKind.FlushDirectory
        || (hit.Kind == FileOperationKind.Create && Path.GetFileName(hit.Path).StartsWith("log.", StringComparison.Ordinal));

    private void Recover(SimulatedFileSystem files, LogScenario scenario, SweepFault fault, int at)
    {
        if (fault.Cut is Survival survival)
        {
            files.CutPower(survival, new Random(HashCode.Combine(seed, at)));
        }
        else
        {
            files.Restart();
        }

        int told = scenario.Reports.Count;
        if (!scenario.Live(entryCount: 10, closes: false))
        {
            throw new SweepFinding($"does not open: {scenario.Reports[told]}");
        }

        files.CutPower(Survival.Nothing, Random.Shared);
        files.Fault = null;
        scenario.Verify();
        told = scenario.Reports.Count;
        if (!scenario.Live(entryCount: 5))
        {
            throw new SweepFinding($"does not open after a power cut: {scenario.Reports[told]}");
        }

        scenario.Verify();
    }
}
