namespace FastStream.Engine.Partitions.Aggregation.States;

/// <summary>The bytes of a <see cref="FirstLastState"/>.</summary>
internal struct FirstLast
{
    /// <summary>Smallest event time of a present value; long.MaxValue when there is none.</summary>
    public long FirstTime;

    /// <summary>The smallest value at that time.</summary>
    public double FirstValue;

    /// <summary>Largest event time of a present value; long.MinValue when there is none.</summary>
    public long LastTime;

    /// <summary>The largest value at that time.</summary>
    public double LastValue;
}
