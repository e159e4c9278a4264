using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastStream.Engine.Journal;

namespace FastStream.Tests.Journal;

/// <summary>Freezes what lies on disk: offsets, sizes, numbers.</summary>
public sealed class EntryHeaderTests
{
    [Fact]
    public void EveryFieldStaysAtItsOffset()
    {
        Assert.Equal(128, Unsafe.SizeOf<EntryHeader>());
        (string Field, int Offset)[] expected =
        [
            ("Magic", 0), ("Version", 4), ("Kind", 5), ("Flags", 6), ("PayloadBytes", 8), ("HeaderBytes", 12),
            ("Incarnation", 16), ("EntrySequence", 24), ("StreamId", 32), ("ProducerId", 36), ("Epoch", 40),
            ("FrameSequence", 48), ("ArrivalNs", 56), ("DurableAddressKnown", 64), ("SchemaId", 72), ("KeyId", 76),
            ("TagLow", 80), ("TagHigh", 88), ("Detail", 96), ("PayloadCrc32C", 120), ("HeaderCrc32C", 124),
        ];
        foreach ((string field, int offset) in expected)
        {
            Assert.Equal(offset, (int)Marshal.OffsetOf<EntryHeader>(field));
        }
    }

    [Fact]
    public void AHeaderLooksTheSameOnDiskForEver()
    {
        EntryHeader header = new()
        {
            Kind = EntryKind.Frame,
            Flags = 0x0102,
            Incarnation = 3,
            EntrySequence = 4,
            StreamId = 5,
            ProducerId = 6,
            Epoch = 7,
            FrameSequence = 8,
            ArrivalNs = -9,
            DurableAddressKnown = 10,
            SchemaId = 11,
            Detail = 12,
        };
        header.Seal("123456789"u8);

        Assert.Equal(0xE3069283u, header.PayloadCrc32C); // the check value of CRC32C
        Assert.Equal(
            "46534A31" + "01" + "01" + "0201" + "09000000" + "80000000" + "0300000000000000" + "0400000000000000" +
            "05000000" + "06000000" + "0700000000000000" + "0800000000000000" + "F7FFFFFFFFFFFFFF" +
            "0A00000000000000" + "0B000000" + "00000000" + new string('0', 32) + "0C000000" + new string('0', 40) +
            "839206E3",
            Convert.ToHexString(header.AsBytes()[..124]));
        Assert.Equal(EntryFault.None, header.Check());
    }

    [Fact]
    public void EveryFlippedBitOfAHeaderIsSeen()
    {
        EntryHeader sound = new() { Kind = EntryKind.Results, EntrySequence = 77 };
        sound.Seal([1, 2, 3]);
        for (int bit = 0; bit < EntryHeader.SizeBytes * 8; bit++)
        {
            EntryHeader flipped = sound;
            flipped.AsBytes()[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(EntryFault.None, flipped.Check());
        }
    }

    [Fact]
    public void KindsKeepTheirNumbers()
    {
        string numbers = string.Join(' ', Enum.GetValues<EntryKind>().Select(kind => $"{kind}={(byte)kind}"));
        Assert.Equal(
            "None=0 Frame=1 Tombstone=2 StreamDefined=3 ProducerOpened=4 LayoutDefined=5 SourcesSetAside=6 Advance=7 " +
            "ViewAdded=8 ViewDropped=9 Snapshot=10 Padding=11 IncarnationStarted=12 Lost=13 Results=32 SnapshotChunk=33 " +
            "SnapshotComplete=34",
            numbers);
    }
}
