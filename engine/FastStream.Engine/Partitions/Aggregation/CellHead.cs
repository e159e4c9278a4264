namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>What every cell starts with; states follow.</summary>
internal struct CellHead
{
    /// <summary>The key, or the slot in a view over all keys.</summary>
    public ulong Key;

    /// <summary>Records aggregated.</summary>
    public long RecordCount;
}
