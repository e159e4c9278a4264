using FastStream.Engine.Memory;

namespace FastStream.Engine.Loops;

/// <summary>
/// Takes work through all loops on the thread that brings it, when all of them rest: nobody has to be woken, which
/// costs more than a small frame does. Where one is busy nothing is done here, and the loops share the work.
/// </summary>
/// <remarks>
/// All loops are borrowed before the first is stepped (see <see cref="Parker"/>); the first is given back last, so that
/// whoever holds it owns the chain. One that has more to do then is woken. A step that must wait gives the others back
/// first, since it may be them that it waits for; from then on they are their owners', who may be in a step of their
/// own, and must not be given back once more. A thread runs one chain at a time: what a step calls may bring work
/// again.
/// </remarks>
internal sealed class LoopChain
{
    private const int MostLoops = 6;  // more partitions than this are worth waking
    private const int MostTurns = 8;  // of work that others bring meanwhile

    [ThreadStatic]
    private static LoopChain? t_running;

    private readonly IEngineLoop[] _loops;
    private readonly bool[] _isHeld; // whoever holds the first loop owns these

    /// <param name="loops">All loops, in the order in which work goes through them.</param>
    public LoopChain(params IEnumerable<IEngineLoop> loops)
    {
        _loops = [.. loops];
        _isHeld = new bool[_loops.Length];
        foreach (IEngineLoop loop in _loops)
        {
            loop.Parker.BorrowerWaits = StepWaits;
        }
    }

    /// <summary>
    /// Any thread, after it has made work visible to the first loop: does it, or sees to it that it is done.
    /// </summary>
    public void Run()
    {
        if (t_running is not null || _loops.Length > MostLoops)
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
                if (!GiveBackAll())
                {
                    return;
                }
            }

            _loops[0].Parker.Signal();
        }
        finally
        {
            t_running = null;
        }
    }

    /// <summary>
    /// The same for the first loop alone: where its step is short work and what follows is not, the loops behind it go
    /// on by themselves.
    /// </summary>
    public void RunFirst() => RunOne(_loops[0]);

    /// <summary>
    /// The same for the last loop, on a thread that has given it work: it need not be woken for a moment's work. Its
    /// step should not wait: this thread's own loop would wait with it.
    /// </summary>
    public void RunLast()
    {
        if (t_running == this && _isHeld[^1])
        {
            return; // its turn comes
        }

        RunOne(_loops[^1]);
    }

    private static void RunOne(IEngineLoop loop)
    {
        if (loop.Parker.TryBorrow())
        {
            loop.StepBriefly();
            loop.Parker.GiveBack();
            if (!loop.HasWork)
            {
                return;
            }
        }

        loop.Parker.Signal();
    }

    // All or none: a loop that is busy might be waited for by one that is held.
    private bool TryBorrowAll()
    {
        for (int i = 0; i < _loops.Length; i++)
        {
            if (!_loops[i].Parker.TryBorrow())
            {
                GiveBackBelow(i);
                return false;
            }

            _isHeld[i] = true;
        }

        return true;
    }

    private void StepAll()
    {
        for (int i = 0; i < _loops.Length; i++)
        {
            if (_isHeld[i])
            {
                _loops[i].StepBriefly();
            }
        }
    }

    // Whether the first loop has more: its announcement is back by then, so that a signaller may wake it as well.
    private bool GiveBackAll()
    {
        GiveOthersBack();
        _isHeld[0] = false;
        _loops[0].Parker.GiveBack();
        return _loops[0].HasWork;
    }

    private void GiveBackBelow(int end)
    {
        for (int i = end - 1; i >= 0; i--)
        {
            GiveBack(i);
        }
    }

    // A thread that has borrowed one loop alone holds no others: those marked here are another thread's then.
    private void StepWaits()
    {
        if (t_running == this)
        {
            GiveOthersBack();
        }
    }

    private void GiveOthersBack()
    {
        for (int i = _loops.Length - 1; i > 0; i--)
        {
            if (_isHeld[i])
            {
                GiveBack(i);
            }
        }
    }

    private void GiveBack(int i)
    {
        _isHeld[i] = false;
        _loops[i].Parker.GiveBack();
        if (_loops[i].HasWork)
        {
            _loops[i].Parker.Signal();
        }
    }
}
