using System.Runtime.InteropServices;

namespace FastStream.Engine.Journal;

/// <summary>
/// One commit as a slot holds it: the first bytes of a 4 KiB block, little-endian, frozen. FASTER's own metadata
/// follow, and the block's last four bytes are the CRC32C of all before them.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct CommitRecord
{
    internal const int SizeBytes = 64;

    /// <summary>The bytes 'F' 'S' 'C' '1'.</summary>
    internal const uint MagicValue = 0x31435346;

    internal const uint CurrentVersion = 1;

    [FieldOffset(0)]
    internal uint Magic;

    [FieldOffset(4)]
    internal uint Version;

    /// <summary>FASTER's commit number; the highest valid one wins.</summary>
    [FieldOffset(8)]
    internal long Number;

    /// <summary>Entries before this are given up.</summary>
    [FieldOffset(16)]
    internal long BeginAddress;

    /// <summary>Everything before this is durable.</summary>
    [FieldOffset(24)]
    internal long UntilAddress;

    /// <summary>Incarnation of the last entry before UntilAddress.</summary>
    [FieldOffset(32)]
    internal ulong Incarnation;

    /// <summary>Sequence of the last entry before UntilAddress.</summary>
    [FieldOffset(40)]
    internal ulong EntrySequence;

    [FieldOffset(48)]
    internal uint MetadataBytes;
}
