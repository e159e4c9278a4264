namespace FastStream.Engine.Partitions.Aggregation.Aggregates;

/// <summary>Number of records, whatever their fields hold.</summary>
internal sealed unsafe class RecordCountAggregate : Aggregate
{
    /// <inheritdoc/>
    public override AggregateState? State => null;

    /// <inheritdoc/>
    public override double Result(byte* state, long recordCount) => recordCount;
}
