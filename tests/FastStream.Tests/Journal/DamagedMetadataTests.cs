using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FastStream.Engine.Journal;
using FastStream.Protocol;

namespace FastStream.Tests.Journal;

/// <summary>
/// Metadata whose checksums are right and whose content cannot be: damage with its place, never a hang and never an
/// exception of another kind.
/// </summary>
public sealed class DamagedMetadataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(64, long.MaxValue - 3)]
    [InlineData(64, 1L << 40)]
    [InlineData(0, 4096)]
    [InlineData(-64, 4096)]
    [InlineData(8192, 4096)]
    [InlineData(66, 4096)]
    [InlineData(64, 4097)]
    [InlineData(long.MinValue, long.MinValue)]
    public void ACommitWithImpossibleAddressesIsDamage(long begin, long until)
    {
        LogGeometry geometry = WriteLog();
        WriteCommit(geometry, begin, until);
        JournalDamagedException damage =
            Assert.Throws<JournalDamagedException>(() => LogRecovery.Analyse(geometry, direct: false));
        Assert.StartsWith(geometry.Directory, damage.File, StringComparison.Ordinal);
        Assert.NotEmpty(LogVerifier.VerifyLog("journal", geometry.Directory).Damages);
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(int.MaxValue - 2)]
    [InlineData(int.MinValue)]
    [InlineData(-1)]
    [InlineData(100)]
    public void AnImpossibleEntryLengthIsNoticedWhateverTheHeaderSays(int length)
    {
        LogGeometry geometry = WriteLog();
        byte[] bytes = File.ReadAllBytes(geometry.SegmentPath(0));
        int at = (int)LogGeometry.FirstAddress;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), length);
        ref EntryHeader header = ref MemoryMarshal.AsRef<EntryHeader>(bytes.AsSpan(at + LogGeometry.LengthBytes));
        header.PayloadBytes = unchecked((uint)(length - EntryHeader.SizeBytes));
        header.SealHeader();
        File.WriteAllBytes(geometry.SegmentPath(0), bytes);
        using EntryReader reader = new(geometry, direct: false, EntryReader.RandomBytes);
        Assert.Equal(EntryFault.Length, reader.Read(at, bytes.Length, out _, out _, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("no json")]
    [InlineData("""{"formatVersion":"1"}""")]
    [InlineData("""{"formatVersion":1.5,"pageBytes":65536,"segmentBytes":65536}""")]
    [InlineData("""{"formatVersion":1,"pageBytes":65537,"segmentBytes":65536}""")]
    [InlineData("""{"formatVersion":1,"pageBytes":4295032832,"segmentBytes":65536}""")]
    [InlineData("""{"formatVersion":1,"pageBytes":0,"segmentBytes":0}""")]
    [InlineData("""{"formatVersion":1,"pageBytes":65536}""")]
    [InlineData("""{"formatVersion\ud800":1}""")]
    public void AManifestWithARightChecksumAndOtherContentIsDamage(string json)
    {
        LogGeometry geometry = WriteLog();
        File.WriteAllText(geometry.ManifestPath, $"{json}\n{LogManifest.Checksum(json)}\n");
        Assert.Throws<JournalDamagedException>(() => LogManifest.Read("journal", geometry.Directory));
    }

    [Theory]
    [InlineData("""{"format":"faststream-data","formatVersion":1}""")]
    [InlineData("""{"format":"faststream-data","formatVersion":1,"id":"none"}""")]
    [InlineData("""{"format":"faststream-data","formatVersion":1,"id":7}""")]
    [InlineData("""{"format":"faststream-data","formatVersion":null,"id":"00000000-0000-0000-0000-000000000001"}""")]
    [InlineData("""{"format":"\ud800"}""")]
    [InlineData("7")]
    public void AFolderManifestWithARightChecksumAndOtherContentIsDamage(string json)
    {
        string path = Path.Combine(_folder.Path, "manifest.json");
        File.WriteAllText(path, $"{json}\n{LogManifest.Checksum(json)}\n");
        Assert.Throws<JournalDamagedException>(() => DataFolderManifest.Read(FileSystem.OfMachine, path));
    }

    private LogGeometry WriteLog()
    {
        string directory = _folder["log"];
        LogImage.Write(directory, ["one", "two", "three"], commitEvery: 1);
        return LogManifest.Read("journal", directory)!;
    }

    private static void WriteCommit(LogGeometry geometry, long begin, long until)
    {
        byte[] file = new byte[CommitSlots.FileBytes];
        CommitRecord commit = new()
        {
            Magic = CommitRecord.MagicValue,
            Version = CommitRecord.CurrentVersion,
            Number = 99,
            BeginAddress = begin,
            UntilAddress = until,
            Incarnation = 1,
            EntrySequence = 4,
        };
        MemoryMarshal.Write(file, commit);
        Span<byte> slot = file.AsSpan(0, CommitSlots.SlotBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[^4..], Crc32C.Compute(slot[..^4]));
        File.WriteAllBytes(geometry.CommitsPath, file);
    }
}
