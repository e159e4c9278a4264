using FastStream.Interleavings.Scenarios;

namespace FastStream.Interleavings.Machine;

/// <summary>
/// One run of a scenario: decides at each word an actor says to the machine who goes on, along a path and then, where
/// nothing is known yet, with the first that may.
/// </summary>
/// <remarks>
/// One actor runs at a time, and it is on its thread that the next is chosen. Options are numbers: actor i goes on, or,
/// from the count of actors on, a store of actor i reaches memory.
/// </remarks>
internal sealed class Schedule(Scenario scenario, List<Choice> path, Exploration exploration, List<string>? lines)
{
    private Actor[] _actors = [];
    private int _depth;
    private int _switches; // away from one that could have gone on
    private int _last = -1;

    /// <summary>Rises with every change of memory.</summary>
    public long Version { get; set; }

    /// <summary>Nothing can go on, or what follows is known.</summary>
    public bool IsOver { get; private set; }

    /// <summary>It ended in a state that another run has been in.</summary>
    public bool IsKnown { get; private set; }

    public int Depth => _depth;

    /// <summary>What is wrong with how it ended; null when nothing is.</summary>
    public string? FindFault()
    {
        foreach (Actor actor in _actors)
        {
            if (actor.Failure is Exception failure)
            {
                return $"{actor.Name}: {failure.Message}";
            }
        }

        return IsKnown ? null : scenario.FindFault();
    }

    /// <summary>Runs it to its end.</summary>
    public void Run(ActorThreads threads)
    {
        _actors = [.. scenario.Bodies.Select(one => new Actor(this, one.Name, one.Body))];
        threads.Run(_actors, () => PassOn(from: null));
    }

    /// <summary>The actor has come to its next word, or to its end: returns when it is its turn.</summary>
    public void PassOn(Actor? from)
    {
        if (IsOver)
        {
            return;
        }

        Actor? next = from?.Failure is null ? ChooseActor() : null;
        if (next is null)
        {
            IsOver = true;
            foreach (Actor actor in _actors.Where(one => one != from))
            {
                actor.Baton.Release();
            }
        }
        else if (next != from)
        {
            next.Baton.Release();
            if (from is { HasEnded: false })
            {
                from.Baton.Wait();
            }
        }
    }

    public void Note(Actor actor, long value) => lines?.Add($"{actor.Name}: {actor.About} sees {value}");

    // Stores that reach memory are done here; null when the run is over.
    private Actor? ChooseActor()
    {
        while (true)
        {
            int[] options = Options();
            if (options.Length == 0 || !TryChoose(options, out int option))
            {
                return null;
            }

            if (option < _actors.Length)
            {
                _switches += option != _last && _last >= 0 && _actors[_last].IsReady ? 1 : 0;
                _last = option;
                return _actors[option];
            }

            Actor storing = _actors[option - _actors.Length];
            storing.Drain();
            lines?.Add($"{storing.Name}: a store reaches memory");
        }
    }

    private bool TryChoose(int[] options, out int option)
    {
        option = options[0];
        if (_depth == path.Count)
        {
            if (!exploration.IsNew(StateOf(), _switches))
            {
                IsKnown = true;
                return false;
            }

            path.Add(new Choice(options));
        }

        option = path[_depth++].Taken;
        return true;
    }

    // The one that ran last comes first: runs differ from each other late, and threads change seldom.
    private int[] Options()
    {
        List<int> options = [];
        bool canGoOn = _last >= 0 && _actors[_last].IsReady;
        if (canGoOn)
        {
            options.Add(_last);
        }

        for (int i = 0; i < _actors.Length; i++)
        {
            if (i != _last && _actors[i].IsReady && (!canGoOn || _switches < exploration.MostSwitches))
            {
                options.Add(i);
            }
        }

        for (int i = 0; i < _actors.Length; i++)
        {
            if (_actors[i].Stores.Count > 0)
            {
                options.Add(_actors.Length + i);
            }
        }

        return [.. options];
    }

    private ulong StateOf()
    {
        ulong hash = StateHash.Mix(scenario.MemoryHash() ^ (exploration.IsBounded ? (ulong)(_last + 1) : 0));
        foreach (Actor actor in _actors)
        {
            uint flags = (actor.IsReady ? 1u : 0) | (actor.HasEnded ? 2u : 0) | ((uint)actor.Stores.Count << 2);
            hash = StateHash.Mix(StateHash.Mix(hash ^ actor.History) ^ flags);
        }

        return hash;
    }
}
