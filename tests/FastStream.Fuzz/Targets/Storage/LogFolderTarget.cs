using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using FastStream.Engine.Journal;
using FastStream.Protocol;

namespace FastStream.Fuzz.Targets.Storage;

/// <summary>
/// A whole log folder: u16 length and manifest, commits, one segment. Recovery and verification must agree: both call
/// it sound, or both name damage.
/// </summary>
internal sealed class LogFolderTarget : FuzzTarget
{
    private const int PageBytes = 64 << 10;
    private const int ImageBytes = 16 << 10;
    private const int LineBytes = 8; // the checksum of the manifest

    private const string Folder = "/journal";

    private readonly ByteFiles _files = new();
    private readonly LogGeometry _geometry;
    private readonly EntryImage _image = new();
    private readonly InputBuffer _entries = new();

    public LogFolderTarget() => _geometry = new LogGeometry("journal", Folder, PageBytes, PageBytes);

    public override string Name => "log-folder";

    public override int Weight => 5;

    public override void Generate(FuzzRandom random, InputBuffer input)
    {
        _entries.Clear();
        _image.Make(random, _entries, _geometry, ImageBytes);
        byte[] manifest = Manifest($$"""{"formatVersion":1,"pageBytes":{{PageBytes}},"segmentBytes":{{PageBytes}}}""");
        Span<byte> number = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(number, (ushort)manifest.Length);
        input.Append(number);
        input.Append(manifest);
        CommitRecord commit = new()
        {
            Magic = CommitRecord.MagicValue,
            Version = CommitRecord.CurrentVersion,
            Number = 7,
            BeginAddress = LogGeometry.FirstAddress,
            UntilAddress = _image.EndBytes,
            Incarnation = _image.LastIncarnation,
            EntrySequence = _image.LastSequence,
        };
        int start = input.Length;
        input.SetLength(start + CommitSlots.FileBytes);
        Span<byte> slots = input.Written[start..];
        slots.Clear();
        MemoryMarshal.Write(slots, commit);
        SealSlots(slots);
        input.Append(_entries.Written);
    }

    public override void Repair(FuzzRandom random, InputBuffer input)
    {
        Split(input.Written, out Span<byte> manifest, out Span<byte> commits, out Span<byte> segment);
        int line = manifest.IndexOf((byte)'\n');
        if (line >= 0 && manifest.Length >= line + 1 + LineBytes)
        {
            string text = Encoding.UTF8.GetString(manifest[..line]);
            Encoding.UTF8.GetBytes(LogManifest.Checksum(text)).CopyTo(manifest[(line + 1)..]);
        }

        SealSlots(commits);
        if (!random.OneIn(3))
        {
            EntryImage.Repair(random, segment);
        }
    }

    public override bool Run(ReadOnlySpan<byte> input)
    {
        byte[] bytes = input[..Math.Min(input.Length, CommitSlots.FileBytes + PageBytes)].ToArray();
        Split(bytes, out Span<byte> manifest, out Span<byte> commits, out Span<byte> segment);
        _files.Set(_geometry.ManifestPath, manifest);
        _files.Set(_geometry.CommitsPath, commits);
        _files.Set(_geometry.SegmentPath(0), segment);
        bool isSound = IsRecovered(out bool isOtherVersion);
        if (!isOtherVersion)
        {
            LogReport report = LogVerifier.VerifyLog("journal", Folder, _files);
            Require(report.Damages.Count == 0 == isSound, "recovery and verification disagree");
        }

        return isSound;
    }

    public override long AllocationLimit(int inputBytes) => (1 << 20) + (64L * inputBytes);

    private static byte[] Manifest(string json) => Encoding.UTF8.GetBytes($"{json}\n{LogManifest.Checksum(json)}\n");

    private static void SealSlots(Span<byte> commits)
    {
        for (int at = 0; at + CommitSlots.SlotBytes <= commits.Length && at < CommitSlots.FileBytes; at += CommitSlots.SlotBytes)
        {
            Span<byte> slot = commits.Slice(at, CommitSlots.SlotBytes);
            if (BinaryPrimitives.ReadUInt32LittleEndian(slot) == CommitRecord.MagicValue)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(slot[^4..], Crc32C.Compute(slot[..^4]));
            }
        }
    }

    private static void Split(Span<byte> input, out Span<byte> manifest, out Span<byte> commits, out Span<byte> segment)
    {
        int manifestBytes = input.Length < 2 ? 0 : Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(input), input.Length - 2);
        Span<byte> rest = input.Length < 2 ? default : input[2..];
        manifest = rest[..manifestBytes];
        rest = rest[manifestBytes..];
        commits = rest[..Math.Min(CommitSlots.FileBytes, rest.Length)];
        segment = rest[commits.Length..];
    }

    private bool IsRecovered(out bool isOtherVersion)
    {
        isOtherVersion = false;
        try
        {
            LogGeometry? geometry = LogManifest.Read("journal", Folder, _files);
            RecoveredLog recovered = LogRecovery.Analyse(geometry!, direct: false);
            Require(recovered.TailAddress >= recovered.Commit.UntilAddress, "the tail lies before the commit");
            return true;
        }
        catch (JournalDamagedException)
        {
            return false;
        }
        catch (DataFolderException)
        {
            isOtherVersion = true;
            return false;
        }
    }
}
