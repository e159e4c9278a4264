using System.Diagnostics;
using FastStream.Interleavings.Scenarios;

namespace FastStream.Interleavings.Machine;

/// <summary>
/// All interleavings of a scenario, depth first: each run repeats the beginning of the one before and then does one
/// thing otherwise. A run ends where it comes into a state that is known, since what follows is known too.
/// </summary>
internal sealed class Exploration(Func<Scenario> create, int mostSwitches = int.MaxValue)
{
    private readonly Dictionary<ulong, int> _known = []; // states, and the fewest switches that led there

    /// <summary>How often one that could go on is left for another; int.MaxValue: as often as can be.</summary>
    public int MostSwitches => mostSwitches;

    public bool IsBounded => mostSwitches != int.MaxValue;

    public long RunCount { get; private set; }

    public int StateCount => _known.Count;

    public int LongestRun { get; private set; }

    /// <summary>Every interleaving has been tried.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>What was found, with the steps that lead to it; null when all is well.</summary>
    public string? Failure { get; private set; }

    /// <summary>Explores until something is found, everything has been tried, or the time is over.</summary>
    public void Run(TimeSpan most)
    {
        Stopwatch watch = Stopwatch.StartNew();
        List<Choice> path = [];
        using ActorThreads threads = new();
        while (watch.Elapsed < most)
        {
            Scenario scenario = create();
            Schedule schedule = new(scenario, path, this, lines: null);
            schedule.Run(threads);
            RunCount++;
            LongestRun = Math.Max(LongestRun, schedule.Depth);
            if (schedule.FindFault() is string fault)
            {
                Failure = Explain(fault, path, threads);
                return;
            }

            while (path.Count > 0 && !path[^1].TryNext())
            {
                path.RemoveAt(path.Count - 1);
            }

            if (path.Count == 0)
            {
                IsComplete = true;
                return;
            }
        }
    }

    /// <summary>Whether nobody has been here with as few switches.</summary>
    public bool IsNew(ulong state, int switches)
    {
        int spent = IsBounded ? switches : 0;
        if (_known.TryGetValue(state, out int before) && before <= spent)
        {
            return false;
        }

        _known[state] = spent;
        return true;
    }

    private string Explain(string fault, List<Choice> path, ActorThreads threads)
    {
        List<string> lines = [];
        new Schedule(create(), path, this, lines).Run(threads);
        return $"{fault}\n{string.Join('\n', lines)}";
    }
}
