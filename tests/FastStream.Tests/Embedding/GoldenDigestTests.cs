using FastStream.Engine;
using FastStream.TestKit.Processes;

namespace FastStream.Tests.Embedding;

/// <summary>
/// One digest, frozen: every aggregate over values that are not exact in binary must give the same bits on every
/// machine, for every partition count and in every instruction mode. Whoever changes it changes results on disk.
/// </summary>
public sealed class GoldenDigestTests
{
    private const string Golden = "77c9815fb209d1bac1fb9d9760b29f2b8721f88fd501ff079539bf29e2328c90";
    private const long Second = 1_000_000_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public async Task TheDigestOfAFixedSeedIsFrozen(int partitions)
    {
        using TempFolder folder = new();
        using IngestionEngine engine = IngestionEngine.Open(
            new IngestionEngineOptions { DataDirectory = folder.FullPath, Partitions = partitions });
        const string Aggregates =
            "count, sum(a), mean(a), min(b), max(b), variance(a), stddev(b), var_pop(b), first(a), last(b), p50(a), p99(b)";
        IngestionStream stream = engine.Stream("s", "u64 (a, b) rules: range a -90..90")
            .View("by-key", "tumbling 5s late 2s by key: " + Aggregates)
            .View("over-all", "tumbling 5s late 2s where b > 10 over all: " + Aggregates);
        using RecordAppender appender = stream.CreateAppender("p");
        Random random = new(20_260_101);
        const int Count = 4_000;
        for (int frame = 0; frame < 10; frame++)
        {
            ulong[] keys = new ulong[Count];
            long[] times = new long[Count];
            double[] values = new double[2 * Count];
            for (int i = 0; i < Count; i++)
            {
                keys[i] = i < 1_000 ? 7 : (ulong)random.Next(300); // a long run of one key, then many keys
                times[i] = (frame * 3 * Second) + random.NextInt64(6 * Second);
                values[i] = (random.NextDouble() * 200) - 100;
                values[Count + i] = random.Next(20) == 0 ? double.NaN : random.NextDouble() * 1e6;
            }

            appender.Append(keys, times, values);
        }

        await appender.WhenDurable(appender.Position).WaitAsync(TimeSpan.FromSeconds(60));
        string digest = await engine.DigestAsync();
        Assert.True(digest == Golden, $"the digest is {digest}");
    }
}
