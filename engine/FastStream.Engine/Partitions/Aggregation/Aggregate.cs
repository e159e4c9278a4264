namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>
/// What a view shows of a state: a name and a result. Aggregates that use the same state of the same field share it.
/// </summary>
/// <remarks>A new aggregate is one file beside the others in Aggregates and one line in
/// <see cref="AggregateCatalog"/>; its name goes into AggregateNames.</remarks>
internal abstract unsafe class Aggregate
{
    /// <summary>The state it reads; null for an aggregate of the record count alone.</summary>
    public abstract AggregateState? State { get; }

    /// <summary>
    /// The result. <paramref name="state"/> is its state (null when it has none), <paramref name="recordCount"/> the
    /// cell's records. NaN = absent.
    /// </summary>
    public abstract double Result(byte* state, long recordCount);
}
