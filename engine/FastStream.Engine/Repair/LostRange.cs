namespace FastStream.Engine.Repair;

/// <summary>Something that was acked and is gone.</summary>
/// <param name="What">frames, results, snapshot, control or entries.</param>
/// <param name="Stream">The stream's name, where it is known.</param>
/// <param name="Producer">The producer's name, where it is known.</param>
/// <param name="Epoch">The producer's epoch; 0 where it is not known.</param>
/// <param name="FirstSequence">First lost sequence of the producer; for entries, of the log.</param>
/// <param name="LastSequence">Last lost sequence.</param>
internal sealed record LostRange(
    string What, string? Stream, string? Producer, ulong Epoch, ulong FirstSequence, ulong LastSequence)
{
    /// <summary>Records in it, where they could be counted.</summary>
    internal long? RecordCount { get; init; }

    /// <summary>Event times lie from here (nanoseconds): exactly, or the source's highest before the hole.</summary>
    internal long? FromTimeNs { get; init; }

    /// <summary>Event times lie up to here: exactly, or the least of the source's next frame.</summary>
    internal long? UntilTimeNs { get; init; }

    /// <summary>It arrived after this (nanoseconds).</summary>
    internal long? ArrivedAfterNs { get; init; }

    /// <summary>It arrived before this.</summary>
    internal long? ArrivedBeforeNs { get; init; }

    /// <summary>Why it is lost, in words.</summary>
    internal required string Why { get; init; }
}
