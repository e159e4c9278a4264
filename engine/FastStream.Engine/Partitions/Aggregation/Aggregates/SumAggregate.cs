using FastStream.Engine.Partitions.Aggregation.States;

namespace FastStream.Engine.Partitions.Aggregation.Aggregates;

/// <summary>Sum of the present values; absent when there is none.</summary>
internal sealed unsafe class SumAggregate : Aggregate
{
    /// <inheritdoc/>
    public override AggregateState State => SummaryState.Instance;

    /// <inheritdoc/>
    public override double Result(byte* state, long recordCount) =>
        ((Summary*)state)->Count == 0 ? double.NaN : ((Summary*)state)->Sum;
}
