using FastStream.Engine.Partitions.Aggregation.States;

namespace FastStream.Engine.Partitions.Aggregation.Aggregates;

/// <summary>Value at the largest event time.</summary>
internal sealed unsafe class LastAggregate : Aggregate
{
    /// <inheritdoc/>
    public override AggregateState State => FirstLastState.Instance;

    /// <inheritdoc/>
    public override double Result(byte* state, long recordCount) =>
        ((FirstLast*)state)->LastValue;
}
