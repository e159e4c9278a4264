using FastStream.Engine.Memory;

namespace FastStream.Engine.Sequencing;

/// <summary>
/// The sequencer's end of the frame ring: claims slots, waits when the ring is full, wakes partitions that rest.
/// </summary>
/// <remarks>Owner: the sequencer thread, or the replay before it starts; never both.</remarks>
internal sealed class SlotPublisher
{
    private readonly FrameRing _ring;
    private readonly Parker[] _partitions;
    private readonly Parker _own;
    private readonly EngineFault _fault;
    private readonly Action _requestCommit;
    private readonly Func<bool> _mayGoOn;

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
            _requestCommit();
            _own.WaitUntil(_mayGoOn, timeoutMs: 100);
            _fault.ThrowIfSet();
        }

        return _ring.Claim();
    }

    /// <summary>Publishes the slot claimed last; its content is read by other threads from here on.</summary>
    public void Publish()
    {
        _ring.Publish();
        foreach (Parker partition in _partitions)
        {
            partition.Signal();
        }
    }
}
