namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>What a piece of a snapshot holds. The numbers are in saved files and frozen.</summary>
internal enum SavedPiece : byte
{
    /// <summary>Counters of the stream and its views.</summary>
    Counters = 1,

    /// <summary>Rows of one window: its description, and for each row {u64 key, i64 records, states}.</summary>
    Rows = 2,

    /// <summary>
    /// Rows of one window of a view of one field: its description, and for each row a
    /// <see cref="States.FieldCell"/> as it is, all of whose values are present.
    /// </summary>
    Cells = 3,
}
