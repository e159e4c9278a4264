using FastStream.Engine.Loops;
using FastStream.Interleavings.Machine;

namespace FastStream.Interleavings.Scenarios;

/// <summary>
/// A few of the engine's threads: the owners of a chain of loops, and others who bring work or stop it. When nobody
/// can go on any more, all that was brought must be done and every loop at rest, or ended if it was stopped.
/// </summary>
internal sealed class Scenario
{
    private readonly CheckedLoop[] _loops;
    private readonly List<(string Name, Action Body)> _bodies = [];
    private readonly LoopChain _chain;
    private readonly List<string> _left = []; // actors other than owners that have not come to their end
    private bool _isStopped;
    private int _ownersLeft;

    private Scenario(int loops, int bringers)
    {
        _loops = new CheckedLoop[loops];
        for (int i = loops - 1; i >= 0; i--)
        {
            _loops[i] = new CheckedLoop(((char)('A' + i)).ToString(), i == 0 ? bringers : 1)
            {
                Next = i + 1 < loops ? _loops[i + 1] : null,
            };
        }

        _chain = new LoopChain(_loops);
        _ownersLeft = loops;
        for (int i = 0; i < loops; i++)
        {
            CheckedLoop loop = _loops[i];
            if (loop.Next is CheckedLoop next)
            {
                loop.HandOn = next.Parker.Signal;
            }

            _bodies.Add(($"owner {loop.Name}", () =>
            {
                loop.RunAsOwner();
                _ownersLeft--;
            }));
        }
    }

    public IReadOnlyList<(string Name, Action Body)> Bodies => _bodies;

    /// <summary>So many loops, and for each bringer how many pieces of work it brings at a time.</summary>
    public static Scenario Chain(int loops, params int[][] bringers)
    {
        Scenario scenario = new(loops, bringers.Length);
        for (int i = 0; i < bringers.Length; i++)
        {
            scenario.AddBringer(i, bringers[i], scenario._chain.Run);
        }

        return scenario;
    }

    /// <summary>The same with bringers that step the first loop alone.</summary>
    public static Scenario First(int loops, params int[][] bringers)
    {
        Scenario scenario = new(loops, bringers.Length);
        for (int i = 0; i < bringers.Length; i++)
        {
            scenario.AddBringer(i, bringers[i], scenario._chain.RunFirst);
        }

        return scenario;
    }

    /// <summary>No more than this may be between the first loop and the last: the first waits in the midst of a step.</summary>
    public Scenario WithRoomFor(int count)
    {
        CheckedLoop first = _loops[0];
        CheckedLoop last = _loops[^1];
        first.HasRoom = done => done - last.Done.Read("HasRoom") < count;
        last.Freed = first.Parker.SignalInStep;
        return this;
    }

    /// <summary>The loop before the last steps the last when it rests.</summary>
    public Scenario WithLastHandedOn()
    {
        _loops[^2].HandOn = _chain.RunLast;
        return this;
    }

    /// <summary>Somebody stops all loops while work is brought: their owners must end.</summary>
    public Scenario WithStop()
    {
        _isStopped = true;
        Add("stopper", () =>
        {
            foreach (CheckedLoop loop in _loops)
            {
                loop.Stop.Write(1);
                loop.Parker.Signal();
            }
        });
        return this;
    }

    public ulong MemoryHash() => _loops.Aggregate(0UL, (hash, loop) => StateHash.Mix(hash ^ loop.MemoryHash()));

    /// <summary>Nobody can go on: what is wrong with that; null when nothing is.</summary>
    public string? FindFault()
    {
        if (_left.Count > 0)
        {
            return $"{_left[0]} waits for ever";
        }

        if (_isStopped)
        {
            return _ownersLeft == 0 ? null : "a loop was stopped and its owner does not come back";
        }

        foreach (CheckedLoop loop in _loops)
        {
            if (!loop.IsDone)
            {
                return $"there is work for {loop.Name}, and everybody sleeps";
            }

            if (!EngineFields.Rests(loop.Parker))
            {
                return $"everybody sleeps, and {loop.Name} does not rest";
            }
        }

        return null;
    }

    private void AddBringer(int number, int[] pieces, Action run)
    {
        Cell cell = _loops[0].Inputs[number];
        Add($"bringer {number + 1}", () =>
        {
            long brought = 0;
            for (int i = 0; i < pieces.Length; i++)
            {
                Actor.Forget(place: i);
                brought += pieces[i];
                cell.Write(brought);
                run();
            }
        });
    }

    private void Add(string name, Action body)
    {
        _left.Add(name);
        _bodies.Add((name, () =>
        {
            body();
            _left.Remove(name);
        }));
    }
}
