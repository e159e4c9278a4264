using FastStream.Engine;
using FastStream.Engine.Journal;
using FastStream.Engine.Snapshots;
using FastStream.Tests.Journal;

namespace FastStream.Tests.Snapshots;

/// <summary>
/// Goal: a start reads of the journal what lies behind the newest snapshot, and that once. Method: every read of the
/// segment files is noted while an engine opens over a folder of many pages.
/// </summary>
public sealed class StartReadsTests : IDisposable
{
    private const long Second = 1_000_000_000;
    private const int RecordsPerFrame = 500;

    private static readonly LogOptions s_logs = new()
    {
        JournalPageBytes = 64 << 10,
        JournalMemoryBytes = 1 << 20,
        JournalSegmentBytes = 1 << 20,
        SmallSegmentBytes = 4 << 20,
    };

    private readonly TemporaryFolder _folder = new();
    private long _frame;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AStartReadsNoByteOfTheJournalBeforeTheNewestSnapshotAndTheRestOnce()
    {
        string digest;
        SnapshotInfo newest;
        long end;
        using (IngestionEngine engine = Open(new ReadRecorder()))
        {
            using RecordAppender appender = CreateAppender(engine);
            await AppendAsync(appender, frames: 60);
            Assert.True(await engine.SnapshotAsync());
            await AppendAsync(appender, frames: 60);
            Assert.True(await engine.SnapshotAsync());
            await AppendAsync(appender, frames: 60);
            newest = SnapshotLoader.Find(engine.Core.Logs.State)[^1];
            end = engine.Core.Logs.Journal.DurableAddress;
            digest = await engine.DigestAsync();
        }

        ReadRecorder files = new();
        using (IngestionEngine again = Open(files))
        {
            Assert.Equal(60, again.Core.ReplayedFrames);
            Assert.Equal(digest, await again.DigestAsync());
        }

        long pageBytes = s_logs.JournalPageBytes;
        (long From, long Until)[] reads = [.. JournalReads(files)];
        Assert.True(newest.Address > 10 * pageBytes && end - newest.Address > 10 * pageBytes);
        Assert.True(reads.Min(read => read.From) >= newest.Address - DurableFile.BlockBytes);
        long readBytes = reads.Sum(read => Math.Max(0, Math.Min(read.Until, end) - Math.Max(read.From, newest.Address)));
        Assert.InRange(readBytes, end - newest.Address, end - newest.Address + (2 * pageBytes));
    }

    [Fact]
    public async Task WithoutASnapshotAStartReadsTheWholeJournalOnce()
    {
        long end;
        using (IngestionEngine engine = Open(new ReadRecorder()))
        {
            using RecordAppender appender = CreateAppender(engine);
            await AppendAsync(appender, frames: 100);
            end = engine.Core.Logs.Journal.DurableAddress;
        }

        ReadRecorder files = new();
        using (IngestionEngine again = Open(files))
        {
            Assert.Equal(100, again.Core.ReplayedFrames);
        }

        long readBytes = JournalReads(files).Sum(read => Math.Max(0, Math.Min(read.Until, end) - read.From));
        Assert.InRange(readBytes, end, end + (3 * s_logs.JournalPageBytes));
    }

    private static IEnumerable<(long From, long Until)> JournalReads(ReadRecorder files)
    {
        foreach ((string path, long offset, int bytes) in files.Reads)
        {
            string name = Path.GetFileName(path);
            if (Path.GetFileName(Path.GetDirectoryName(path)) == "journal" && name.StartsWith("log.", StringComparison.Ordinal))
            {
                long from = (int.Parse(name.AsSpan(4)) * (long)s_logs.JournalSegmentBytes) + offset;
                yield return (from, from + bytes);
            }
        }
    }

    private IngestionEngine Open(ReadRecorder files)
    {
        DataFolder folder = DataFolder.Open(_folder["data"], s_logs.ToSettings(allowVolatile: true) with { Files = files });
        IngestionEngineOptions options = new()
        {
            DataDirectory = _folder["data"],
            AllowVolatile = true,
            Logs = s_logs,
            Limits = new EngineLimits { MaxFrameBytes = 16 << 10 },
            Snapshots = new SnapshotOptions { AtClose = false },
        };
        return IngestionEngine.Open(options, new EngineLogs(folder.Journal, folder.Results, folder.State, folder));
    }

    private static RecordAppender CreateAppender(IngestionEngine engine) => engine
        .Stream("s", "u64 (a)").View("v", "tumbling 1m by key: count, sum(a)").CreateAppender("p");

    private async Task AppendAsync(RecordAppender appender, int frames)
    {
        ulong[] keys = new ulong[RecordsPerFrame];
        long[] times = new long[RecordsPerFrame];
        double[] values = new double[RecordsPerFrame];
        for (int i = 0; i < frames; i++, _frame++)
        {
            keys.AsSpan().Fill((ulong)_frame % 7);
            times.AsSpan().Fill(_frame * Second);
            await appender.WhenDurable(appender.Append(keys, times, values));
        }
    }
}
