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
    private readonly Func<bool> _canClaim;

    public SlotPublisher(FrameRing ring, Parker[] partitions, Parker own)
    {
        _ring = ring;
        _partitions = partitions;
        _own = own;
        _canClaim = () => ring.CanClaim;
    }

    /// <summary>The next slot; waits until delivery has freed one when the ring is full.</summary>
    public FrameSlot Claim()
    {
        if (!_ring.CanClaim)
        {
            _own.WaitUntil(_canClaim);
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
