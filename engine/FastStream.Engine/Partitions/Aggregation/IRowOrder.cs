namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>Which record the i-th row of a batch is: a type argument, so that adjacent rows cost no look-up.</summary>
internal unsafe interface IRowOrder
{
    /// <summary>
    /// The record of row <paramref name="i"/>; columns start at the batch's first row if rows are adjacent.
    /// </summary>
    static abstract nint At(ushort* rows, nint i);
}
