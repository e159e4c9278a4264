namespace FastStream.Engine.Partitions.Aggregation.States;

/// <summary>The bytes of a <see cref="MomentsState"/>: sums of (value - pivot) and of its square.</summary>
internal struct Moments
{
    /// <summary>Present values.</summary>
    public long Count;

    /// <summary>One of the values; sums are taken about it.</summary>
    public double Pivot;

    /// <summary>Sum of the distances from the pivot.</summary>
    public double Sum;

    /// <summary>Sum of their squares.</summary>
    public double SquareSum;
}
