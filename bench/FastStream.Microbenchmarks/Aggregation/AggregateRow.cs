namespace FastStream.Microbenchmarks.Aggregation;

/// <summary>What came out for a key.</summary>
internal readonly record struct AggregateRow(long Count, double Sum, double Min, double Max, double Variance)
{
    /// <summary>All equal, the variance within rounding.</summary>
    public bool Agrees(AggregateRow other) =>
        (Count, Sum, Min, Max) == (other.Count, other.Sum, other.Min, other.Max)
        && (double.IsNaN(Variance) == double.IsNaN(other.Variance))
        && !(Math.Abs(Variance - other.Variance) > 1e-9 * Math.Max(1, Math.Abs(Variance)));
}
