using FastStream.Engine.Journal;

namespace FastStream.Engine.Repair;

/// <summary>A stretch of a log that is not sound, between two sound entries.</summary>
/// <param name="From">Where the first lost entry began.</param>
/// <param name="Until">Where the next sound entry begins, or the log ended.</param>
/// <param name="FirstSequence">Sequence of the first lost entry.</param>
/// <param name="EntryCount">How many entries are lost, by their sequences.</param>
/// <param name="Header">What the one lost entry was, when its header is sound and its payload is not.</param>
internal sealed record LogHole(long From, long Until, ulong FirstSequence, long EntryCount, EntryHeader? Header)
{
    /// <summary>Incarnation of the entries before it.</summary>
    internal ulong IncarnationBefore { get; init; }

    /// <summary>Incarnation of the entry after it.</summary>
    internal ulong IncarnationAfter { get; set; }

    /// <summary>Entries that must stand among those that stand for the lost ones.</summary>
    internal List<LogStandIn> Inserts { get; } = [];

    /// <summary>Of the lost entries, how many have been told apart since: by the sequences of producers.</summary>
    internal long ExplainedCount { get; set; }
}
