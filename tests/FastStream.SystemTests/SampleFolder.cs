using FastStream.Engine;
using FastStream.Engine.Journal;
using FastStream.TestKit.Processes;

namespace FastStream.SystemTests;

/// <summary>A small data folder of several segments, streams and producers, to be damaged; and copies of it.</summary>
internal sealed class SampleFolder : IDisposable
{
    public const int FrameCount = 150;
    public const int RecordsPerFrame = 100;
    private const long Second = 1_000_000_000;

    private readonly TempFolder _folder = new();

    /// <summary>The sound folder.</summary>
    public string Sound => _folder.PathOf("sound");

    /// <summary>Its digest.</summary>
    public string Digest { get; private set; } = "";

    public static LogOptions Logs { get; } = new()
    {
        JournalPageBytes = 64 << 10,
        JournalMemoryBytes = 1 << 20,
        JournalSegmentBytes = 256 << 10,
        SmallSegmentBytes = 4 << 20,
    };

    /// <summary>All its files, by path below it.</summary>
    public IEnumerable<string> Files =>
        Directory.GetFiles(Sound, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Sound, path))
            .Order(StringComparer.Ordinal);

    /// <summary>Producers p and q of stream s by turns, w of the text stream t; snapshots after the frames named.</summary>
    public static async Task<SampleFolder> WriteAsync(params int[] snapshotsAfter)
    {
        SampleFolder sample = new();
        using (IngestionEngine engine = Open(sample.Sound))
        {
            IngestionStream numbers = engine.Stream("s", "u64 (a)").View("v", "tumbling 10s by key: count, sum(a), p90(a)");
            IngestionStream words = engine.Stream("t", "text (b)").View("w", "tumbling 1m over all: count, max(b)");
            using RecordAppender p = numbers.CreateAppender("p");
            using RecordAppender q = numbers.CreateAppender("q");
            using RecordAppender w = words.CreateAppender("w");
            for (int frame = 0; frame < FrameCount; frame++)
            {
                (ulong[] keys, long[] times, double[] values) = Records(frame);
                RecordAppender appender = frame % 2 == 0 ? p : q;
                await appender.WhenDurable(appender.Append(keys, times, values));
                if (frame % 10 == 0)
                {
                    uint[] ids = [.. keys.Take(10).Select(key => w.KeyId($"word {(key + (ulong)frame) % 7}"))];
                    await w.WhenDurable(w.Append(ids, times.AsSpan(0, 10), values.AsSpan(0, 10)));
                }

                if (snapshotsAfter.Contains(frame))
                {
                    await engine.SnapshotAsync();
                }
            }

            sample.Digest = await engine.DigestAsync();
        }

        return sample;
    }

    /// <summary>The records of a frame of stream s.</summary>
    public static (ulong[] Keys, long[] Times, double[] Values) Records(int frame) => (
        [.. Enumerable.Range(0, RecordsPerFrame).Select(i => (ulong)(i * frame) % 50)],
        [.. Enumerable.Range(0, RecordsPerFrame).Select(i => (frame * Second) + i)],
        [.. Enumerable.Range(0, RecordsPerFrame).Select(i => (double)i)]);

    public static IngestionEngine Open(string folder) => IngestionEngine.Open(new IngestionEngineOptions
    {
        DataDirectory = folder,
        AllowVolatile = true,
        Limits = new EngineLimits { MaxFrameBytes = 16 << 10 },
        Logs = Logs,
        Snapshots = new SnapshotOptions { AtClose = false },
    });

    public string NewPath() => _folder.PathOf($"copy-{Guid.NewGuid():N}");

    public string Copy()
    {
        string copy = NewPath();
        foreach (string file in Files)
        {
            string target = Path.Combine(copy, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(Sound, file), target);
        }

        return copy;
    }

    /// <summary>Entries of a log with their places in its files, padding included.</summary>
    public List<SampleEntry> EntriesOf(string log)
    {
        LogGeometry geometry = LogManifest.Read(log, Path.Combine(Sound, log))!;
        CommitRecord commit = LogRecovery.ReadCommit(geometry, out _);
        List<SampleEntry> entries = [];
        using EntryScanner scanner = new(geometry, direct: false, commit.BeginAddress, commit.UntilAddress, startsAtEntry: true);
        while (scanner.MoveNextOfAnyKind(out long address, out EntryHeader header, out _))
        {
            entries.Add(new SampleEntry(
                Path.GetRelativePath(Sound, geometry.SegmentPath(geometry.SegmentOf(address))),
                geometry.OffsetInSegment(address),
                header));
        }

        return entries;
    }

    public void Dispose() => _folder.Dispose();
}
