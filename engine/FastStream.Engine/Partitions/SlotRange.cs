namespace FastStream.Engine.Partitions;

/// <summary>The slots [First, End) that one partition owns.</summary>
internal readonly record struct SlotRange(int First, int End)
{
    /// <summary>All slots: a stream with one partition.</summary>
    public static SlotRange All => new(0, SlotHash.SlotCount);

    /// <summary>The share of partition <paramref name="partition"/> of <paramref name="partitionCount"/>.</summary>
    public static SlotRange Of(int partition, int partitionCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(partitionCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(partitionCount, SlotHash.SlotCount);
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(partition, partitionCount);
        return new SlotRange(
            partition * SlotHash.SlotCount / partitionCount,
            (partition + 1) * SlotHash.SlotCount / partitionCount);
    }

    /// <summary>True when the slot is one of these.</summary>
    public bool Contains(int slot) => slot >= First && slot < End;
}
