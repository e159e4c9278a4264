namespace FastStream.Engine.Partitions.Aggregation.States;

/// <summary>The bytes of a <see cref="SummaryState"/>.</summary>
internal struct Summary
{
    /// <summary>Present values.</summary>
    public long Count;

    /// <summary>Their sum.</summary>
    public double Sum;

    /// <summary>The smallest; +infinity when there is none.</summary>
    public double Min;

    /// <summary>The largest; -infinity when there is none.</summary>
    public double Max;

    /// <summary>Nothing summarised.</summary>
    public static Summary Empty => new() { Min = double.PositiveInfinity, Max = double.NegativeInfinity };
}
