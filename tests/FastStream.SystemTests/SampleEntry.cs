using FastStream.Engine.Journal;

namespace FastStream.SystemTests;

/// <summary>An entry of a sample folder.</summary>
/// <param name="File">The file that holds it, below the folder.</param>
/// <param name="OffsetBytes">Where it begins there.</param>
/// <param name="Header">Its header.</param>
internal sealed record SampleEntry(string File, long OffsetBytes, EntryHeader Header)
{
    /// <summary>A byte of its header.</summary>
    public long InHeader => OffsetBytes + LogGeometry.LengthBytes + 40;

    /// <summary>A byte of its payload; of the header when it has none.</summary>
    public long InPayload => Header.PayloadBytes == 0
        ? InHeader
        : OffsetBytes + LogGeometry.LeastEntryBytes + (Header.PayloadBytes / 2);

    /// <summary>A byte of the length before it.</summary>
    public long InLength => OffsetBytes + 1;
}
