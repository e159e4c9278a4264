using FastStream.Engine.Partitions.Aggregation.States;

namespace FastStream.Engine.Partitions.Aggregation.Aggregates;

/// <summary>Number of present values of a field.</summary>
internal sealed unsafe class ValueCountAggregate : Aggregate
{
    /// <inheritdoc/>
    public override AggregateState State => SummaryState.Instance;

    /// <inheritdoc/>
    public override double Result(byte* state, long recordCount) =>
        ((Summary*)state)->Count;
}
