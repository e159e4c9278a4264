using System.Diagnostics;
using System.Globalization;
using FastStream.Simulation.Scenario;

namespace FastStream.Simulation;

/// <summary>The command line: runs seeds, says how it goes, and shows the smallest history that still fails.</summary>
internal static class SimulationCommand
{
    private const string Usage = """
        Simulates the whole engine on one thread a seed: disk, network, clock and every fault come from the seed.

          --seed N       the first seed (default 1); alone: that one seed, with its trace hash
          --seeds K      how many seeds (default 1,000; 0 = until the time is over)
          --seconds S    at most so long
          --threads T    seeds side by side (default: one a core)
          --planted NAME plants a fault; only a build of configuration Planted has any
          --events       with --seed alone: prints every event
          --steps A,B,C  with --seed alone: only these steps of its history
          --help

        Exit code 0: all clean. 1: a seed failed; it and its smallest history are printed. 2: the command is wrong.
        """;

    /// <summary>Returns the exit code.</summary>
    public static int Run(string[] args, TextWriter output)
    {
        Dictionary<string, string> options = [];
        for (int i = 0; i < args.Length; i++)
        {
            bool isFlag = args[i] is "--help" or "--events";
            if (!args[i].StartsWith("--", StringComparison.Ordinal) || (!isFlag && i + 1 == args.Length))
            {
                output.WriteLine(Usage);
                return 2;
            }

            options[args[i]] = isFlag ? "" : args[++i];
        }

        if (options.ContainsKey("--help"))
        {
            output.WriteLine(Usage);
            return 0;
        }

        if (options.TryGetValue("--planted", out string? planted) && !TryPlant(planted, output))
        {
            return 2;
        }

        ulong seed = ulong.Parse(options.GetValueOrDefault("--seed", "1"), CultureInfo.InvariantCulture);
        bool isOne = options.ContainsKey("--seed") && !options.ContainsKey("--seeds") && !options.ContainsKey("--seconds");
        if (isOne)
        {
            return RunOne(seed, options.GetValueOrDefault("--steps"), options.ContainsKey("--events"), output);
        }

        long seeds = long.Parse(options.GetValueOrDefault("--seeds", options.ContainsKey("--seconds") ? "0" : "1000"), CultureInfo.InvariantCulture);
        TimeSpan time = TimeSpan.FromSeconds(double.Parse(options.GetValueOrDefault("--seconds", "1e9"), CultureInfo.InvariantCulture));
        int threads = int.Parse(
            options.GetValueOrDefault("--threads", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)),
            CultureInfo.InvariantCulture);
        SeedRun run = new(seed, seeds == 0 ? long.MaxValue : seeds, time, threads, output);
        return run.Run();
    }

    /// <summary>Shows a failing seed and the smallest history that still fails.</summary>
    public static void Explain(ulong seed, string failure, TextWriter output)
    {
        output.WriteLine($"seed {seed} failed: {failure}");
        SimulationPlan plan = SimulationPlan.Of(seed);
        (IReadOnlyList<SimulationStep> steps, SimulationResult result) = Shrinking.Shrink(plan);
        output.WriteLine($"smallest history ({steps.Count} of {plan.Steps.Length} steps): {string.Join(' ', steps)}");
        output.WriteLine($"which fails with: {result.Failure}");
        output.WriteLine($"again: dotnet run -c Release --project tests/FastStream.Simulation -- --seed {seed}");
    }

    private static int RunOne(ulong seed, string? numbers, bool keepsEvents, TextWriter output)
    {
        SimulationPlan plan = SimulationPlan.Of(seed);
        if (numbers is not null)
        {
            HashSet<string> wanted = [.. numbers.Split(',')];
            plan = plan with
            {
                Steps = [.. plan.Steps.Where(step => wanted.Contains(step.Number.ToString(CultureInfo.InvariantCulture)))],
            };
        }

        Stopwatch watch = Stopwatch.StartNew();
        SimulationResult result = Simulation.Run(plan, plan.Steps, keepsEvents);
        result.Trace.Lines?.ForEach(output.WriteLine);
        output.WriteLine($"steps: {string.Join(' ', plan.Steps)}");
        output.WriteLine(
            $"seed {seed}: trace {result.Trace.Hash:x16} of {result.Trace.Count} events, {result.OpenCount} starts, {result.StepCount} loop steps, "
            + $"{result.AckCount} acks, {result.ResultCount} result rows, {result.SnapshotCount} snapshots, {watch.Elapsed.TotalMilliseconds:F1} ms");
        if (result.Failure is null)
        {
            return 0;
        }

        if (numbers is not null)
        {
            output.WriteLine(result.Failure);
            return 1;
        }

        Explain(seed, result.Failure, output);
        return 1;
    }

    private static bool TryPlant(string name, TextWriter output)
    {
#if PLANTED_FAULTS
        FastStream.Engine.PlantedFaults.Chosen = FastStream.Engine.PlantedFaults.Read(name);
        return true;
#else
        output.WriteLine($"This build has no faults to plant, so not {name}: build it with -c Planted.");
        return false;
#endif
    }
}
