using FastStream.Engine.Partitions.Aggregation.States;

namespace FastStream.Engine.Partitions.Aggregation.Aggregates;

/// <summary>Value at the smallest event time.</summary>
internal sealed unsafe class FirstAggregate : Aggregate
{
    /// <inheritdoc/>
    public override AggregateState State => FirstLastState.Instance;

    /// <inheritdoc/>
    public override double Result(byte* state, long recordCount) =>
        ((FirstLast*)state)->FirstValue;
}
