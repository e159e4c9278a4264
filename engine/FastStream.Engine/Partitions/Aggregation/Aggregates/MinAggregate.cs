using FastStream.Engine.Partitions.Aggregation.States;

namespace FastStream.Engine.Partitions.Aggregation.Aggregates;

/// <summary>Smallest present value; absent when there is none.</summary>
internal sealed unsafe class MinAggregate : Aggregate
{
    /// <inheritdoc/>
    public override AggregateState State => SummaryState.Instance;

    /// <inheritdoc/>
    public override double Result(byte* state, long recordCount) =>
        ((Summary*)state)->Count == 0 ? double.NaN : ((Summary*)state)->Min;
}
