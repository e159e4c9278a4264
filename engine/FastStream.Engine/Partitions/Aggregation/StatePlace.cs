namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>Where a state of a field stands in a cell.</summary>
/// <param name="State">The kind of state.</param>
/// <param name="Field">Ordinal of the stream's field.</param>
/// <param name="Offset">Bytes from the start of the cell.</param>
internal readonly record struct StatePlace(AggregateState State, int Field, int Offset);
