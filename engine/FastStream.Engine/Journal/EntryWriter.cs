using FASTER.core;

namespace FastStream.Engine.Journal;

/// <summary>Header and payload as one FASTER entry, copied once, straight into the log's page.</summary>
internal unsafe struct EntryWriter : ILogEnqueueEntry
{
    // SAFETY: both point to memory that the caller of TryEnqueue keeps in place until it returns.
    internal EntryHeader* Header;
    internal byte* Payload;
    internal int PayloadBytes;

    public readonly int SerializedLength => EntryHeader.SizeBytes + PayloadBytes;

    public readonly void SerializeTo(Span<byte> dest)
    {
        new ReadOnlySpan<byte>(Header, EntryHeader.SizeBytes).CopyTo(dest);
        new ReadOnlySpan<byte>(Payload, PayloadBytes).CopyTo(dest[EntryHeader.SizeBytes..]);
    }
}
