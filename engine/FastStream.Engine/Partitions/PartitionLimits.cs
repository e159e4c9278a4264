namespace FastStream.Engine.Partitions;

/// <summary>
/// What one view may hold. Both limits are enforced slot by slot: a slot's records come in the same order whatever
/// the number of partitions, so the same records are refused for every partition count.
/// </summary>
internal sealed record PartitionLimits
{
    /// <summary>Cells (window and key) of one view over all partitions. Default 1,000,000.</summary>
    public int MaxKeysPerView { get; init; } = 1_000_000;

    /// <summary>Open windows of one view that hold records of one slot. Default 100,000.</summary>
    public int MaxOpenWindowsPerView { get; init; } = 100_000;

    /// <summary>Records of one frame at most; what the wire allows, unless somebody knows better.</summary>
    public int MaxFrameRecords { get; init; } = PartitionMemory.MaxRows;

    /// <summary>
    /// Cells of one slot of a view. A million keys spread over 256 slots give 3,906 each with a deviation of 62; an
    /// eighth above the mean is nearly eight deviations, so the sum is met before any single slot is. Eight more
    /// keep small limits usable.
    /// </summary>
    public int MaxCellsPerSlot => checked((int)((long)MaxKeysPerView * 9 / 8 / SlotHash.SlotCount) + 8);
}
