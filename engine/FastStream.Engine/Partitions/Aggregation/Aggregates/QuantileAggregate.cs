using FastStream.Engine.Partitions.Aggregation.States;

namespace FastStream.Engine.Partitions.Aggregation.Aggregates;

/// <summary>The value of a rank, within the sketch's relative error.</summary>
/// <param name="rank">In (0, 1).</param>
internal sealed unsafe class QuantileAggregate(double rank) : Aggregate
{
    /// <inheritdoc/>
    public override AggregateState State => QuantileState.Instance;

    /// <inheritdoc/>
    public override double Result(byte* state, long recordCount) =>
        QuantileSketch.Quantile(*(SketchBlock**)state, rank);
}
