namespace FastStream.Engine.Ingress;

/// <summary>
/// One pump's way to the sequencer. Small frames that were received together go into the inbox one by one and are
/// handed on together: a turn of the loops, and whoever it wakes, cost as much for one frame as for sixteen.
/// </summary>
/// <remarks>
/// Owner: the pump. Whoever puts frames in hands them on before it waits for anything: until then nobody need know of
/// them, though a loop that is awake may take them already.
/// </remarks>
internal sealed class FrameEntrance(EngineCore core)
{
    /// <summary>Frames after which others may begin with them while more are parsed.</summary>
    internal const int MostFrames = 32;

    private InboundFrame? _waiting; // taken, and the inbox was full
    private int _putFrames;         // put in and not handed on
    private int _largestBytes;      // of these
    private long _count;

    /// <summary>Frames that have gone in; any thread may look.</summary>
    public long Count => Volatile.Read(ref _count); // partner: TryPut

    /// <summary>Puts a frame in, or keeps it until <see cref="TryPutWaiting"/>.</summary>
    public void Put(InboundFrame frame)
    {
        if (!TryPut(frame))
        {
            _waiting = frame;
        }
    }

    /// <summary>False while a frame finds no room in the inbox: nothing else may go before it.</summary>
    public bool TryPutWaiting()
    {
        if (_waiting is InboundFrame frame)
        {
            if (!TryPut(frame))
            {
                return false;
            }

            _waiting = null;
        }

        return true;
    }

    /// <summary>The frame that found no room, no longer kept here; null where there is none.</summary>
    public InboundFrame? TakeWaiting()
    {
        InboundFrame? frame = _waiting;
        _waiting = null;
        return frame;
    }

    /// <summary>Sees to it that what was put in goes on.</summary>
    public void HandOn()
    {
        if (_putFrames > 0)
        {
            int largestBytes = _largestBytes;
            _putFrames = 0;
            _largestBytes = 0;
            core.HandOn(largestBytes);
        }
    }

    private bool TryPut(InboundFrame frame)
    {
        int bytes = frame.FrameBytes; // it is the sequencer's once it is in
        if (!core.Inbox.TryEnqueue(frame))
        {
            return false;
        }

        Volatile.Write(ref _count, _count + 1); // partner: Count
        _largestBytes = Math.Max(_largestBytes, bytes);
        _putFrames++;
        if (_putFrames == MostFrames || bytes > core.Options.Sizes.ChainedFrameBytes)
        {
            HandOn();
        }

        return true;
    }
}
