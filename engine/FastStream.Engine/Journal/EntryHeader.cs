using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using FastStream.Protocol;

namespace FastStream.Engine.Journal;

/// <summary>
/// The 128 bytes before the payload of every log entry, little-endian, frozen. The log itself stamps magic, version,
/// lengths, incarnation, entry sequence, known durable address and both checksums; the caller fills the rest.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal unsafe struct EntryHeader
{
    internal const int SizeBytes = 128;

    /// <summary>The bytes 'F' 'S' 'J' '1'.</summary>
    internal const uint MagicValue = 0x314A5346;

    internal const byte CurrentVersion = 1;

    private const int CheckedBytes = 124;
    private const int ReservedOffset = 100;
    private const int ReservedBytes = 20;

    [FieldOffset(0)]
    internal uint Magic;

    [FieldOffset(4)]
    internal byte Version;

    [FieldOffset(5)]
    internal EntryKind Kind;

    [FieldOffset(6)]
    internal ushort Flags;

    [FieldOffset(8)]
    internal uint PayloadBytes;

    [FieldOffset(12)]
    internal uint HeaderBytes;

    /// <summary>Rises by one at every opening of the log; tells a stale entry from one of this life.</summary>
    [FieldOffset(16)]
    internal ulong Incarnation;

    /// <summary>1, 2, 3... over the whole life of the log, padding included, without a gap.</summary>
    [FieldOffset(24)]
    internal ulong EntrySequence;

    [FieldOffset(32)]
    internal uint StreamId;

    [FieldOffset(36)]
    internal uint ProducerId;

    [FieldOffset(40)]
    internal ulong Epoch;

    [FieldOffset(48)]
    internal ulong FrameSequence;

    [FieldOffset(56)]
    internal long ArrivalNs;

    /// <summary>
    /// Everything below this was durable when the entry was written: damage there is not a torn tail.
    /// </summary>
    [FieldOffset(64)]
    internal ulong DurableAddressKnown;

    /// <summary>The engine's layout id.</summary>
    [FieldOffset(72)]
    internal uint SchemaId;

    /// <summary>0 until entries can be encrypted; the 16 bytes after it are room for the tag.</summary>
    [FieldOffset(76)]
    internal uint KeyId;

    [FieldOffset(80)]
    internal ulong TagLow;

    [FieldOffset(88)]
    internal ulong TagHigh;

    /// <summary>A code that the kind explains, such as the reason of a tombstone.</summary>
    [FieldOffset(96)]
    internal uint Detail;

    [FieldOffset(120)]
    internal uint PayloadCrc32C;

    [FieldOffset(124)]
    internal uint HeaderCrc32C;

    /// <summary>Completes the header over its payload; nothing may change afterwards.</summary>
    internal void Seal(ReadOnlySpan<byte> payload)
    {
        PayloadBytes = (uint)payload.Length;
        PayloadCrc32C = Crc32C.Compute(payload);
        SealHeader();
    }

    /// <summary>The same when length and checksum of the payload stand in the header already.</summary>
    internal void SealHeader()
    {
        Magic = MagicValue;
        Version = CurrentVersion;
        HeaderBytes = SizeBytes;
        AsBytes().Slice(ReservedOffset, ReservedBytes).Clear();
        HeaderCrc32C = Crc32C.Compute(AsBytes()[..CheckedBytes]);
    }

    /// <summary>Whether the header is one that this version writes; says nothing about the payload's bytes.</summary>
    internal readonly EntryFault Check()
    {
        if (Magic != MagicValue)
        {
            return EntryFault.Magic;
        }

        // The checksum comes before the fields, so that a flipped bit is called damage and not "a newer version".
        EntryHeader copy = this;
        if (HeaderCrc32C != Crc32C.Compute(copy.AsBytes()[..CheckedBytes]))
        {
            return EntryFault.HeaderChecksum;
        }

        if (Version != CurrentVersion || HeaderBytes != SizeBytes)
        {
            return EntryFault.Version;
        }

        return EntryFault.None;
    }

    /// <summary>The 128 bytes in place.</summary>
    [UnscopedRef]
    internal Span<byte> AsBytes() => MemoryMarshal.AsBytes(new Span<EntryHeader>(ref this));
}
