using FastStream.Engine.Memory;

namespace FastStream.Engine.Partitions;

/// <summary>
/// The way of closed windows from one partition to delivery: filled slices one way, empty ones back.
/// </summary>
/// <remarks>
/// Owners: the partition rents and sends, delivery receives and returns. A slice belongs to whoever took it last. The
/// number of slices is fixed, so a slow results log stops the partition's emission and, in the end, the producers.
/// </remarks>
internal sealed class SliceLane
{
    /// <summary>Slices of one partition: 64 of 512 rows are about 2 MiB with five aggregates.</summary>
    public const int Capacity = 64;

    private readonly SpscRing<ResultSlice> _filled;
    private readonly SpscRing<ResultSlice> _empty;
    private readonly Parker _partition;
    private readonly Parker _delivery;
    private readonly Func<bool> _mayGoOn;
    private ResultSlice? _spare; // partition only: rented and not used

    public SliceLane(int capacity, Parker partition, Parker delivery, EngineFault fault)
    {
        _filled = new SpscRing<ResultSlice>(capacity);
        _empty = new SpscRing<ResultSlice>(capacity);
        _partition = partition;
        _delivery = delivery;
        _mayGoOn = () => !IsFull || fault.IsSet;
        for (int i = 0; i < capacity; i++)
        {
            _empty.TryEnqueue(new ResultSlice());
        }
    }

    /// <summary>Partition: no slice is free.</summary>
    public bool IsFull => _spare is null && _empty.IsEmpty;

    /// <summary>Partition: takes an empty slice.</summary>
    public bool TryRent([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ResultSlice? slice)
    {
        slice = _spare;
        _spare = null;
        return slice is not null || _empty.TryDequeue(out slice);
    }

    /// <summary>Partition: keeps a rented slice that was not used.</summary>
    public void GiveBack(ResultSlice slice) => _spare = slice;

    /// <summary>Partition: hands a filled slice to delivery.</summary>
    public void Send(ResultSlice slice)
    {
        if (!_filled.TryEnqueue(slice))
        {
            throw new InvalidOperationException("A slice lane has more slices than it was made with.");
        }
    }

    /// <summary>Partition: wakes delivery if it rests.</summary>
    public void Signal() => _delivery.Signal();

    /// <summary>Partition: rests until delivery has returned a slice, the engine has failed, or a while.</summary>
    public void WaitForRoom() => _partition.WaitUntil(_mayGoOn, timeoutMs: 100);

    /// <summary>Delivery: filled slices lie here.</summary>
    public bool HasFilled => !_filled.IsEmpty;

    /// <summary>Delivery: takes the oldest filled slice.</summary>
    public bool TryReceive([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ResultSlice? slice) =>
        _filled.TryDequeue(out slice);

    /// <summary>Delivery: gives a slice back to the partition.</summary>
    public void Return(ResultSlice slice)
    {
        _empty.TryEnqueue(slice);
        _partition.Signal();
    }
}
