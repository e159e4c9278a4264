namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>What a piece of a snapshot holds. The numbers are in saved files and frozen.</summary>
internal enum SavedPiece : byte
{
    /// <summary>Counters of the stream and its views.</summary>
    Counters = 1,

    /// <summary>Rows of one window.</summary>
    Rows = 2,
}
