using FastStream.Engine.Loops;
using FastStream.Engine.Memory;
using FastStream.TestKit.Engines;

namespace FastStream.Simulation.Driving;

/// <summary>
/// Runs an engine's loops, and the disks under it, on the caller's thread: one step of one of them at a time, in an
/// order drawn from the random numbers of the moment.
/// </summary>
internal sealed class SteppingDriver(VirtualClock clock, SimulationRandom random, Trace trace, bool lendsLoops) : CallerDriver
{
    // Far more than any wait takes: whoever gets there waits for something that never comes.
    private const int MostTurnsOfAWait = 20_000;
    private const int IdleMs = 5;

    private readonly List<Stepped> _loops = [];
    private readonly List<IActor> _disks = [];

    /// <summary>Steps so far.</summary>
    public long StepCount { get; private set; }

    /// <summary>How many loops and disks there are to choose from.</summary>
    public int Count => _loops.Count + _disks.Count;

    /// <summary>The disks of the engine that is opened next.</summary>
    public void Use(IEnumerable<IActor> disks) => _disks.AddRange(disks);

    /// <summary>The engine is gone.</summary>
    public void Forget()
    {
        _loops.Clear();
        _disks.Clear();
    }

    /// <inheritdoc/>
    public override Parker CreateParker() => new SteppingParker(this);

    /// <inheritdoc/>
    public override bool LendsLoops => lendsLoops;

    /// <inheritdoc/>
    public override void Start(IEngineLoop loop)
    {
        loop.Begin();
        _loops.Add(new Stepped(loop));
    }

    /// <inheritdoc/>
    public override void Join(IEngineLoop loop)
    {
        if (_loops.Find(one => one.Loop == loop) is Stepped joined)
        {
            RunUntil(() => joined.HasEnded);
        }
    }

    /// <inheritdoc/>
    public override Task PauseAsync()
    {
        if (!StepAll())
        {
            clock.Advance(IdleMs);
        }

        return Task.CompletedTask;
    }

    /// <summary>A thread that has borrowed a loop waits in the midst of a step.</summary>
    public void BorrowedStepWaits() => trace.Note("borrowed step waits");

    /// <summary>Between steps: no loop rests while there is work for it, or is another's while its owner works.</summary>
    public void CheckRests()
    {
        foreach (Stepped one in _loops)
        {
            if (!one.HasEnded && one.Parker.FindFault() is string fault)
            {
                throw new SimulationFailure($"the {one.Loop.Name} {fault}");
            }
        }
    }

    /// <summary>Within a step: runs whatever is not waiting itself.</summary>
    public bool WaitUntil(Func<bool> ready, int timeoutMs)
    {
        long deadline = timeoutMs < 0 ? long.MaxValue : clock.ElapsedMs + timeoutMs;
        for (int turn = 0; !ready(); turn++)
        {
            if (!StepOne() && !StepAll())
            {
                if (clock.ElapsedMs >= deadline)
                {
                    return false;
                }

                clock.Advance(IdleMs);
            }

            CheckTurns(turn);
        }

        return true;
    }

    /// <summary>Runs everything until something is so; time passes when nothing moves.</summary>
    public override void RunUntil(Func<bool> ready)
    {
        for (int turn = 0; !ready(); turn++)
        {
            if (!StepAll())
            {
                clock.Advance(IdleMs);
            }

            CheckTurns(turn);
        }
    }

    /// <summary>One step of one loop or disk; false when it had nothing to do.</summary>
    public bool StepOne()
    {
        int chosen = random.Next(Count);
        return chosen < _loops.Count ? Step(_loops[chosen]) : _disks[chosen - _loops.Count].Step();
    }

    /// <summary>A step of each, beginning anywhere; whether any had something to do.</summary>
    public bool StepAll()
    {
        bool any = false;
        int count = Count;
        int first = random.Next(count);
        for (int i = 0; i < count; i++)
        {
            int chosen = (first + i) % count;
            any |= chosen < _loops.Count ? Step(_loops[chosen]) : _disks[chosen - _loops.Count].Step();
        }

        return any;
    }

    private static void CheckTurns(int turn)
    {
        if (turn > MostTurnsOfAWait)
        {
            throw new SimulationFailure($"a wait never ends: everything rests and what is waited for does not come\n{Environment.StackTrace}");
        }
    }

    private bool Step(Stepped one)
    {
        if (one.HasEnded || one.IsRunning || (lendsLoops && one.Parker.IsLent))
        {
            return false;
        }

        if (lendsLoops)
        {
            one.Parker.Wake();
        }

        StepCount++;
        one.IsRunning = true;
        LoopStep step = one.Loop.Step();
        one.IsRunning = false;
        one.HasEnded = step == LoopStep.Ended;
        if (lendsLoops && step == LoopStep.Idle)
        {
            one.Parker.Rest(one.Loop);
        }

        return step != LoopStep.Idle;
    }

    private sealed class Stepped(IEngineLoop loop)
    {
        public IEngineLoop Loop { get; } = loop;

        public SteppingParker Parker { get; } = (SteppingParker)loop.Parker;

        /// <summary>It waits in the midst of a step.</summary>
        public bool IsRunning { get; set; }

        public bool HasEnded { get; set; }
    }
}
