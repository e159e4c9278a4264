using System.Buffers;
using System.IO.Compression;
using FastStream.Engine;
using FastStream.Engine.Serving;
using FastStream.Protocol;
using FastStream.TestKit.Processes;

namespace FastStream.Tests.Fixtures;

/// <summary>
/// What version 1 wrote: a data folder (journal, results, a snapshot) and a file of frames. Later versions must open
/// the one with the same digest and read the other. They were written by these tests with FASTSTREAM_WRITE_FIXTURES
/// naming a folder; that is for adding a fixture of a new version, never for replacing one.
/// </summary>
public sealed class FixtureTests
{
    private const string FolderDigest = "578e429736d63485df411916f834996a571cf66be372a817f9a4f40ee33de0ef";
    private const uint FramesCrc = 0xC7EC_06D2;
    private const long Second = 1_000_000_000;

    [Fact]
    public async Task ADataFolderOfVersion1OpensWithItsDigest()
    {
        using TempFolder folder = new();
        string data = folder.PathOf("data");
        if (Environment.GetEnvironmentVariable("FASTSTREAM_WRITE_FIXTURES") is string target)
        {
            await WriteFolderAsync(data);
            ZipFile.CreateFromDirectory(data, Path.Combine(target, "data-folder-v1.zip"), CompressionLevel.SmallestSize, false);
        }
        else
        {
            ZipFile.ExtractToDirectory(Fixture("data-folder-v1.zip"), data);
        }

        using IngestionEngine engine = IngestionEngine.Open(OptionsFor(data));
        Assert.Equal(6, engine.RecoveredFrames);
        string digest = await engine.DigestAsync();
        Assert.True(digest == FolderDigest, $"the digest is {digest}");
        WindowAnswer answer = await engine.QueryAsync(
            new WindowQuery { Stream = "s", View = "v", KeyText = "key-1", IncludeOpen = true });
        Assert.Equal(4, answer.Rows.Count);
    }

    [Fact]
    public void FramesOfVersion1AreRead()
    {
        string path = Fixture("frames-v1.bin");
        if (Environment.GetEnvironmentVariable("FASTSTREAM_WRITE_FIXTURES") is string target)
        {
            path = Path.Combine(target, "frames-v1.bin");
            File.WriteAllBytes(path, WriteFrames());
        }

        byte[] bytes = File.ReadAllBytes(path);
        uint crc = Crc32C.Compute(bytes);
        Assert.True(crc == FramesCrc, $"the checksum is 0x{crc:X8}");
        ReadOnlySequence<byte> rest = new(bytes);
        int count = 0;
        while (FrameReader.TryReadFrame(
            ref rest, FrameLimits.Default, out FrameHeader header, out ReadOnlySequence<byte> frame, out FrameError error))
        {
            Assert.Equal(FrameError.None, error);
            Assert.Equal(FrameError.None, FrameReader.CheckPayload(frame.ToArray(), header));
            Check(frame.ToArray(), header);
            count++;
        }

        Assert.Equal(0, rest.Length);
        Assert.Equal(4, count);
    }

    private static unsafe void Check(byte[] frame, in FrameHeader header)
    {
        RecordBatch batch = new();
        byte[] scratch = GC.AllocateArray<byte>(65_536, pinned: true);
        fixed (byte* start = frame)
        fixed (byte* room = scratch)
        {
            Assert.Equal(
                FrameError.None,
                DataFrameDecoder.TryDecode(
                    start, frame.Length, header, KeyKind.U64, checkPayload: true, room, scratch.Length, batch));
            Assert.Equal(100, batch.Count);
            for (int i = 0; i < batch.Count; i++)
            {
                Assert.Equal((ulong)i % 7, batch.KeySpan[i]);
                Assert.Equal(i * Second, batch.TimeSpan[i]);
                Assert.Equal(i / 10.0, batch.FieldSpan(0)[i]);
            }
        }
    }

    private static byte[] WriteFrames()
    {
        using MemoryStream all = new();
        byte[] frame = new byte[65_536];
        ulong sequence = 0;
        foreach ((EncodingMode mode, bool compress) in new[]
            { (EncodingMode.Raw, false), (EncodingMode.Auto, false), (EncodingMode.Raw, true), (EncodingMode.Auto, true) })
        {
            DataFrameWriter writer = new(frame, 100, 3, mode);
            writer.AddKeys(Enumerable.Range(0, 100).Select(i => (ulong)i % 7).ToArray());
            writer.AddTimes(Enumerable.Range(0, 100).Select(i => i * Second).ToArray());
            writer.AddField(0, Enumerable.Range(0, 100).Select(i => i / 10.0).ToArray());
            int bytes = writer.Finish(1, ++sequence, compress ? new byte[65_536] : default);
            all.Write(frame, 0, bytes);
        }

        return all.ToArray();
    }

    private static async Task WriteFolderAsync(string data)
    {
        using IngestionEngine engine = IngestionEngine.Open(OptionsFor(data));
        IngestionStream stream = engine.Stream("s", "text (a, b) rules: range a 0..1000")
            .View("v", "tumbling 10s late 5s by key: count, sum(a), mean(a), variance(b), first(b), last(b), p90(a)")
            .View("all", "tumbling 10s where a > 3 over all: count, stddev(a)");
        using RecordAppender appender = stream.CreateAppender("p");
        uint[] ids = [appender.KeyId("key-0"), appender.KeyId("key-1"), appender.KeyId("schlüssel")];
        for (int frame = 0; frame < 3; frame++)
        {
            uint[] keys = [.. Enumerable.Range(0, 60).Select(i => ids[i % 3])];
            long[] times = [.. Enumerable.Range(0, 60).Select(i => ((frame * 10) + (i % 13)) * Second)];
            double[] values = [.. Enumerable.Range(0, 120).Select(i => i == 7 ? -1 : i / 8.0)];
            await appender.WhenDurable(appender.Append(keys, times, values));
            if (frame == 1)
            {
                await engine.SnapshotAsync();
            }
        }
    }

    private static IngestionEngineOptions OptionsFor(string data) => new()
    {
        DataDirectory = data,
        Partitions = 2,
        Limits = new EngineLimits { MaxFrameBytes = 16 << 10 },
        Logs = new LogOptions
        {
            JournalPageBytes = 64 << 10,
            JournalMemoryBytes = 1 << 20,
            JournalSegmentBytes = 1 << 20,
            SmallSegmentBytes = 4 << 20,
        },
        Snapshots = new SnapshotOptions { AtClose = false },
    };

    private static string Fixture(string name) =>
        RepositoryFolder.PathOf("tests", "FastStream.Tests", "Fixtures", name);
}
