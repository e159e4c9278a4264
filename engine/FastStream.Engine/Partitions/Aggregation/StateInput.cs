namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>What one batch offers to a state: rows of one window, their cells, and a field's column.</summary>
/// <remarks>SAFETY: columns hold more values than the highest row; Cells has Count entries.</remarks>
internal unsafe ref struct StateInput
{
    /// <summary>The cell of each row.</summary>
    public nint* Cells;

    /// <summary>Record indexes, ascending.</summary>
    public ushort* Rows;

    /// <summary>Rows of the batch.</summary>
    public int Count;

    /// <summary>The field's column, by record index; NaN = absent.</summary>
    public double* Values;

    /// <summary>Event times, by record index.</summary>
    public long* Times;

    /// <summary>Where states of variable size keep their parts.</summary>
    public PartitionHeap Heap;
}
