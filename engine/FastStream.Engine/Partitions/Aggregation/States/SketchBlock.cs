namespace FastStream.Engine.Partitions.Aggregation.States;

/// <summary>The head of a sketch's block in the heap; its buckets follow, ascending.</summary>
internal struct SketchBlock
{
    /// <summary>Buckets in use.</summary>
    public int Count;

    /// <summary>Size class of the block.</summary>
    public short BlockLog2;

    /// <summary>How often the buckets were halved.</summary>
    public short Level;

    /// <summary>Values counted.</summary>
    public long Total;

    /// <summary>Smallest value counted.</summary>
    public double Min;

    /// <summary>Largest value counted.</summary>
    public double Max;
}
