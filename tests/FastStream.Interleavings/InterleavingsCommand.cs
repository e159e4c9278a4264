using System.Diagnostics;
using System.Globalization;
using FastStream.Engine;
using FastStream.Interleavings.Machine;

namespace FastStream.Interleavings;

/// <summary>The command line: tries all interleavings of each scenario and says how many there were.</summary>
internal static class InterleavingsCommand
{
    private const string Usage = """
        Tries the interleavings of a few threads that rest, lend, borrow, signal and wait, over the engine's own source of
        its parker and its chain of loops: never two steppers of one loop, no wake-up lost, every owner comes back.

          --seconds S    at most so long a scenario (default 60)
          --switches K   leave a thread that can go on at most K times in a run (default: as often as can be)
          --scenario T   only those whose name contains this text
          --planted NAME plants a fault: loop-given-back-twice, loop-given-back-unseen, signal-unfenced
          --help

        Exit code 0: nothing found. 1: a scenario failed; its steps are printed. 2: the command is wrong.
        """;

    /// <summary>Returns the exit code.</summary>
    public static int Run(string[] args, TextWriter output)
    {
        Dictionary<string, string> options = [];
        for (int i = 0; i + 1 < args.Length; i += 2)
        {
            options[args[i]] = args[i + 1];
        }

        if (args.Length % 2 != 0 || options.Keys.Any(key => !key.StartsWith("--", StringComparison.Ordinal)))
        {
            output.WriteLine(Usage);
            return args is ["--help"] ? 0 : 2;
        }

        PlantedFaults.Chosen = PlantedFaults.Read(options.GetValueOrDefault("--planted"));
        TimeSpan most = TimeSpan.FromSeconds(double.Parse(options.GetValueOrDefault("--seconds", "60"), CultureInfo.InvariantCulture));
        int switches = int.Parse(
            options.GetValueOrDefault("--switches", int.MaxValue.ToString(CultureInfo.InvariantCulture)),
            CultureInfo.InvariantCulture);
        string text = options.GetValueOrDefault("--scenario", "");
        bool hasFailed = false;
        foreach (NamedScenario scenario in NamedScenario.All.Where(one => one.Name.Contains(text, StringComparison.Ordinal)))
        {
            hasFailed |= !Explore(scenario, switches, most, output);
        }

        return hasFailed ? 1 : 0;
    }

    /// <summary>True when nothing was found.</summary>
    public static bool Explore(NamedScenario scenario, int switches, TimeSpan most, TextWriter output)
    {
        Stopwatch watch = Stopwatch.StartNew();
        Exploration exploration = new(scenario.Create, switches);
        exploration.Run(most);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{scenario.Name}: {(exploration.IsComplete ? "all" : "a part")}, {exploration.StateCount:N0} states, "
            + $"{exploration.RunCount:N0} runs of up to {exploration.LongestRun} choices, {watch.Elapsed.TotalSeconds:F1} s: "
            + $"{exploration.Failure ?? "nothing found"}"));
        return exploration.Failure is null;
    }
}
