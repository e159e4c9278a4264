using FastStream.Engine.Journal;
using FastStream.Simulation.Network;
using FastStream.TestKit.Model;

namespace FastStream.Simulation.Checks;

/// <summary>An entry of the journal as it was seen to be appended.</summary>
internal sealed class JournalEntry(long address, long endAddress, in EntryHeader header)
{
    public long Address { get; } = address;

    public long EndAddress { get; } = endAddress;

    public EntryHeader Header { get; } = header;

    /// <summary>What it is to the model; null for entries that change nothing there.</summary>
    public ModelEntry? Model { get; set; }

    /// <summary>What became of its records, once the model has taken it.</summary>
    public ModelOutcome? Outcome { get; set; }

    /// <summary>The frame it carries, or stands for as a tombstone.</summary>
    public SentFrame? Frame { get; set; }
}
