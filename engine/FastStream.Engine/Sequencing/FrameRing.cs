using FastStream.Engine.Memory;

namespace FastStream.Engine.Sequencing;

/// <summary>
/// The hand-over from the sequencer to all partitions: one writer, n readers that each see every slot, and the
/// delivery thread, which follows the slowest reader and gives slots back.
/// </summary>
/// <remarks>
/// Owners: <c>_published</c> belongs to the sequencer thread, <c>_passed[p]</c> to partition p, <c>_freed</c> to the
/// delivery thread. Cursors count slots since start and only rise. Invariant: freed &lt;= passed[p] &lt;= published
/// &lt;= freed + capacity.
/// Protocol:
/// 1. The sequencer claims slot number n when n - freed &lt; capacity (acquire; partner: step 4) and fills it.
/// 2. It publishes n + 1 (release; partners: the partitions' acquire in <see cref="Published"/>).
/// 3. Partition p reads slot n, writes its own part of the outcome and passes n + 1 (release; partner: delivery).
/// 4. Delivery, once all partitions have passed n + 1 (acquire), takes what it needs and frees n + 1 (release).
/// Slots carry frames, never records, so the ring costs a few cache lines per frame and partition.
/// </remarks>
internal sealed class FrameRing
{
    private readonly FrameSlot[] _slots;
    private readonly int _mask;
    private readonly PaddedLong[] _passed;
    private PaddedLong _published;
    private PaddedLong _freed;

    public FrameRing(int capacity, int partitionCount)
    {
        int rounded = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)capacity);
        _mask = rounded - 1;
        _slots = new FrameSlot[rounded];
        for (int i = 0; i < rounded; i++)
        {
            _slots[i] = new FrameSlot(partitionCount);
        }

        _passed = new PaddedLong[partitionCount];
    }

    public int Capacity => _slots.Length;

    /// <summary>Slots published so far. Pairs with the release in <see cref="Publish"/>.</summary>
    public long Published => Volatile.Read(ref _published.Value);

    /// <summary>Slots given back so far. Pairs with the release in <see cref="Free"/>.</summary>
    public long Freed => Volatile.Read(ref _freed.Value);

    public FrameSlot this[long number] => _slots[(int)number & _mask];

    /// <summary>Sequencer only: whether the next slot may be filled.</summary>
    public bool CanClaim => _published.Value - Freed < _slots.Length;

    /// <summary>Sequencer only: the slot to fill. The caller has seen <see cref="CanClaim"/>.</summary>
    public FrameSlot Claim() => _slots[(int)_published.Value & _mask];

    /// <summary>Sequencer only: releases the slot to the partitions (partner: <see cref="Published"/>).</summary>
    public void Publish() => Volatile.Write(ref _published.Value, _published.Value + 1);

    /// <summary>
    /// Partition only: it has passed all slots below <paramref name="count"/> (partner: <see cref="PassedByAll"/>).
    /// </summary>
    public void Pass(int partition, long count) => Volatile.Write(ref _passed[partition].Value, count);

    /// <summary>Slots that every partition has passed (acquire; partner: the release in <see cref="Pass"/>).</summary>
    public long PassedByAll()
    {
        long least = long.MaxValue;
        for (int p = 0; p < _passed.Length; p++)
        {
            least = Math.Min(least, Volatile.Read(ref _passed[p].Value));
        }

        return least;
    }

    /// <summary>
    /// Delivery only: gives back all slots below <paramref name="count"/> (partner: <see cref="Freed"/>).
    /// </summary>
    public void Free(long count) => Volatile.Write(ref _freed.Value, count);
}
