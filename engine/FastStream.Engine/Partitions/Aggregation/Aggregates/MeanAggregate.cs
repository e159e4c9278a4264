using FastStream.Engine.Partitions.Aggregation.States;

namespace FastStream.Engine.Partitions.Aggregation.Aggregates;

/// <summary>Arithmetic mean of the present values; absent when there is none.</summary>
internal sealed unsafe class MeanAggregate : Aggregate
{
    /// <inheritdoc/>
    public override AggregateState State => SummaryState.Instance;

    /// <inheritdoc/>
    public override double Result(byte* state, long recordCount) =>
        ((Summary*)state)->Count == 0 ? double.NaN : ((Summary*)state)->Sum / ((Summary*)state)->Count;
}
