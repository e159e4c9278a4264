using FastStream.Engine;
using FastStream.TestKit.Processes;

namespace FastStream.Tests.Embedding;

/// <summary>
/// The digest is a function of the journal: of its address, not of restarts, snapshots or partitions.
/// </summary>
public sealed class DigestTests : IDisposable
{
    private const long Second = 1_000_000_000;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TheDigestAtAnAddressIsTheOneThatTheEngineHadThere()
    {
        List<(long Address, string Digest)> seen = [];
        using (IngestionEngine engine = Open(2))
        {
            IngestionStream stream = engine.Stream("s", "u64 (value)")
                .View("1s", "tumbling 1s by key: count, sum(value), stddev(value), p95(value)")
                .View("all", "tumbling 2s over all: count, mean(value)");
            using RecordAppender appender = stream.CreateAppender("p");
            for (int round = 0; round < 6; round++)
            {
                await AppendAsync(appender, round);
                if (round == 2)
                {
                    await engine.SnapshotAsync();
                }

                seen.Add((engine.Core.Logs.Journal.TailAddress, await engine.DigestAsync()));
            }
        }

        foreach ((long address, string digest) in seen)
        {
            Assert.Equal(digest, await IngestionEngine.DigestAsync(_folder.FullPath, address));
        }

        Assert.Equal(seen[^1].Digest, await IngestionEngine.DigestAsync(_folder.FullPath));
        Assert.Equal(seen.Count, seen.Select(s => s.Digest).Distinct().Count());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public async Task AnotherPartitionCountGivesTheSameDigest(int partitions)
    {
        string digest;
        using (IngestionEngine engine = Open(2))
        {
            IngestionStream stream = engine.Stream("s", "u64 (value)")
                .View("1s", "tumbling 1s late 1s by key: count, mean(value), variance(value), first(value), last(value)")
                .View("all", "tumbling 1s over all: sum(value), stddev(value)");
            using RecordAppender appender = stream.CreateAppender("p");
            await AppendAsync(appender, 0);
            await engine.SnapshotAsync();
            await AppendAsync(appender, 1);
            digest = await engine.DigestAsync();
        }

        using IngestionEngine again = Open(partitions);
        Assert.Equal(digest, await again.DigestAsync());
    }

    private static async Task AppendAsync(RecordAppender appender, int round)
    {
        Random random = new(round);
        const int Count = 500;
        ulong[] keys = new ulong[Count];
        long[] times = new long[Count];
        double[] values = new double[Count];
        for (int i = 0; i < Count; i++)
        {
            keys[i] = (ulong)random.Next(40);
            times[i] = (round * 2 * Second) + random.NextInt64(3 * Second);
            values[i] = random.NextDouble() * 100;
        }

        await appender.WhenDurable(appender.Append(keys, times, values)).WaitAsync(TimeSpan.FromSeconds(30));
    }

    private IngestionEngine Open(int partitions) => IngestionEngine.Open(
        new IngestionEngineOptions { DataDirectory = _folder.FullPath, Partitions = partitions });
}
