using FastStream.Engine.Memory;

namespace FastStream.Engine.Sequencing;

/// <summary>
/// The sequencer's end of the frame ring: claims slots, waits when the ring is full, wakes partitions that rest.
/// </summary>
/// <remarks>Owner: the sequencer thread, or the replay before it starts; never both.</remarks>
internal sealed class SlotPublisher
{
    internal const int SlotsPerSignal = 32;

    private readonly FrameRing _ring;
    private readonly Parker[] _partitions;
    private readonly Parker _own;
    private readonly EngineFault _fault;
    private readonly Action _requestCommit;
    private readonly Func<bool> _mayGoOn;
    private bool _isRun;       // more slots follow at once
    private int _unsignalled;  // slots of the run that resting partitions have not been woken for

    public SlotPublisher(FrameRing ring, Parker[] partitions, Parker own, EngineFault fault, Action requestCommit)
    {
        _ring = ring;
        _partitions = partitions;
        _own = own;
        _fault = fault;
        _requestCommit = requestCommit;
        _mayGoOn = () => ring.CanClaim || fault.IsSet;
    }

    /// <summary>
    /// The next slot; waits until delivery has freed one when the ring is full. Throws after a fault.
    /// </summary>
    public FrameSlot Claim()
    {
        _fault.ThrowIfSet();
        while (!_ring.CanClaim)
        {
            // Slots may wait for results, and results for what was appended this turn to become durable.
            SignalPartitions();
            _requestCommit();
            _own.WaitUntil(_mayGoOn, timeoutMs: 100);
            _fault.ThrowIfSet();
        }

        return _ring.Claim();
    }

    /// <summary>
    /// Publishes the slot claimed last; its content is read by other threads from here on. A partition that rests is
    /// woken, unless the slot is little work and more of the run follow.
    /// </summary>
    public void Publish(bool isLittleWork = false)
    {
        _ring.Publish();
        _unsignalled++;
        if (!_isRun || !isLittleWork || _unsignalled >= SlotsPerSignal)
        {
            SignalPartitions();
        }
    }

    /// <summary>
    /// A run of slots begins: a partition that rests is woken once for several of them, since it is done with a small
    /// frame before the next is there. The caller ends the run before it rests.
    /// </summary>
    public void BeginRun() => _isRun = true;

    /// <summary>Wakes whoever has not been woken for the last slots of the run.</summary>
    public void EndRun()
    {
        _isRun = false;
        SignalPartitions();
    }

    /// <summary>The same in the midst of a run, before the sequencer waits for anything.</summary>
    public void SignalPartitions()
    {
        if (_unsignalled == 0)
        {
            return;
        }

        _unsignalled = 0;
        foreach (Parker partition in _partitions)
        {
            partition.Signal();
        }
    }
}
