using FastStream.Engine.Partitions.Aggregation.States;

namespace FastStream.Engine.Partitions.Aggregation.Aggregates;

/// <summary>Variance of the population or of a sample, and its root, the standard deviation.</summary>
/// <param name="sample">Divide by n - 1 instead of n.</param>
/// <param name="root">Take the root.</param>
internal sealed unsafe class VarianceAggregate(bool sample, bool root) : Aggregate
{
    /// <inheritdoc/>
    public override AggregateState State => MomentsState.Instance;

    /// <inheritdoc/>
    public override double Result(byte* state, long recordCount)
    {
        double variance = MomentsState.Variance((Moments*)state, sample);
        return root ? Math.Sqrt(variance) : variance;
    }
}
