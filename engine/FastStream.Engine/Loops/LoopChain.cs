using FastStream.Engine.Memory;

namespace FastStream.Engine.Loops;

/// <summary>
/// Takes work through all loops on the thread that brings it, when all of them rest: nobody has to be woken, which
/// costs more than a small frame does. Where one is busy nothing is done here, and the loops share the work.
/// </summary>
/// <remarks>
/// All loops are borrowed before the first is stepped (see <see cref="Parker"/>). One that has more to do when it is
/// given back is woken. Invariants:
/// 1. What a thread has borrowed stands with that thread alone (<c>t_held</c>) and is given back once, whatever a step
///    does: a loop that was given back is its owner's, who may be in a step of its own.
/// 2. A step that must wait gives the others back first, since it may be them that it waits for; they are not stepped
///    in that turn any more.
/// 3. A thread runs one chain at a time: what a step calls may bring work again. The thread of a loop runs none: its
///    own loop, which the borrowed step may wait for, would wait with it.
/// </remarks>
internal sealed class LoopChain
{
    private const int MostLoops = 6;  // more partitions than this are worth waking
    private const int MostTurns = 8;  // of work that others bring meanwhile

    [ThreadStatic]
    private static LoopChain? t_running;

    [ThreadStatic]
    private static uint t_held; // a bit for each loop of the chain that runs

    private readonly IEngineLoop[] _loops;

    /// <param name="loops">All loops, in the order in which work goes through them.</param>
    public LoopChain(params IEnumerable<IEngineLoop> loops)
    {
        _loops = [.. loops];
        for (int i = 0; i < _loops.Length; i++)
        {
            int waiting = i;
            _loops[i].Parker.BorrowerWaits = () => StepWaits(waiting);
        }
    }

    /// <summary>
    /// Any thread, after it has made work visible to the first loop: does it, or sees to it that it is done.
    /// </summary>
    public void Run()
    {
        if (t_running is not null || ThreadDriver.IsLoopThread || _loops.Length > MostLoops)
        {
            _loops[0].Parker.Signal();
            return;
        }

        t_running = this;
        try
        {
            for (int turn = 0; turn < MostTurns && TryBorrowAll(); turn++)
            {
                StepAll();
#if PLANTED_FAULTS
                t_held |= PlantedFaults.Is(PlantedFault.LoopGivenBackTwice) ? (1u << _loops.Length) - 1 : 0;
#endif
                GiveBack(~1u);
                if (!GiveFirstBack())
                {
                    return;
                }
            }

            _loops[0].Parker.Signal();
        }
        finally
        {
            GiveBack(~0u); // nothing is left but where a step has thrown: its owner must come back all the same
            t_running = null;
        }
    }

    /// <summary>
    /// The same for the first loop alone: where its step is short work and what follows is not, the loops behind it go
    /// on by themselves.
    /// </summary>
    public void RunFirst()
    {
        if (ThreadDriver.IsLoopThread)
        {
            _loops[0].Parker.Signal();
        }
        else
        {
            RunOne(_loops[0]);
        }
    }

    /// <summary>
    /// The same for the last loop, on a thread that has given it work: it need not be woken for a moment's work. Its
    /// brief step must not wait: this thread's own loop would wait with it.
    /// </summary>
    public void RunLast()
    {
        if (t_running == this && (t_held & (1u << (_loops.Length - 1))) != 0)
        {
            return; // its turn comes
        }

        RunOne(_loops[^1]);
    }

    private static void RunOne(IEngineLoop loop)
    {
        if (!loop.Parker.TryBorrow())
        {
            loop.Parker.Signal();
            return;
        }

        try
        {
            loop.StepBriefly();
        }
        finally
        {
            GiveBack(loop);
        }
    }

    // All or none: a loop that is busy might be waited for by one that is held.
    private bool TryBorrowAll()
    {
        for (int i = 0; i < _loops.Length; i++)
        {
            if (!_loops[i].Parker.TryBorrow())
            {
                GiveBack(~0u);
                return false;
            }

            t_held |= 1u << i;
        }

        return true;
    }

    private void StepAll()
    {
        for (int i = 0; i < _loops.Length; i++)
        {
            if ((t_held & (1u << i)) != 0)
            {
                _loops[i].StepBriefly();
            }
        }
    }

    // A thread that has borrowed one loop alone holds no others through this chain.
    private void StepWaits(int waiting)
    {
        if (t_running == this)
        {
            GiveBack(~(1u << waiting));
        }
    }

    // Of the loops that are held those asked for; the first of them last, since all who borrow begin with it.
    private void GiveBack(uint which)
    {
        for (int i = _loops.Length - 1; i >= 0 && t_held != 0; i--)
        {
            if ((t_held & which & (1u << i)) != 0)
            {
                t_held &= ~(1u << i);
                GiveBack(_loops[i]);
            }
        }
    }

    // Whether it has more: its announcement is back by then, so that a signaller may wake it as well.
    private bool GiveFirstBack()
    {
        if ((t_held & 1u) == 0)
        {
            return false; // one behind it has waited, so that it was given back and looked at then
        }

        t_held = 0;
        _loops[0].Parker.GiveBack();
        return _loops[0].HasWork;
    }

    private static void GiveBack(IEngineLoop loop)
    {
        loop.Parker.GiveBack();
#if PLANTED_FAULTS
        if (PlantedFaults.Is(PlantedFault.LoopGivenBackUnseen))
        {
            return;
        }
#endif
        if (loop.HasWork)
        {
            loop.Parker.Signal();
        }
    }
}
