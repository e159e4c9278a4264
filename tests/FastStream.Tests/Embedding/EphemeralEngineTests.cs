using FastStream.Engine;
using FastStream.Engine.Serving;
using FastStream.Protocol;
using FastStream.TestKit.Processes;

namespace FastStream.Tests.Embedding;

/// <summary>
/// Goal: an ephemeral engine does all that another does, except to keep it. Method: the same records to both.
/// </summary>
public sealed class EphemeralEngineTests
{
    private const long StartNs = 1_600_000_000_000_000_000;

    [Fact]
    public async Task ItsDigestIsThatOfAnEngineWithAFolder()
    {
        using TempFolder folder = new();
        using IngestionEngine kept = IngestionEngine.Open(
            new IngestionEngineOptions { DataDirectory = folder.FullPath, AllowVolatile = true });
        using IngestionEngine ephemeral = IngestionEngine.Open(new IngestionEngineOptions { Ephemeral = true });
        Assert.Equal(await FillAsync(kept), await FillAsync(ephemeral));
    }

    [Fact]
    public async Task ClosedWindowsCanBeQueriedFromItsMemory()
    {
        using IngestionEngine engine = IngestionEngine.Open(new IngestionEngineOptions { Ephemeral = true });
        await FillAsync(engine);
        WindowAnswer answer = await engine.QueryAsync(new WindowQuery { Stream = "s", View = "1s", Limit = 100_000 });
        Assert.Equal(60 * 50, answer.Rows.Count);
    }

    [Fact]
    public async Task ItTakesNoSnapshotAndGrantsNoMoreThanApplied()
    {
        using IngestionEngine engine = IngestionEngine.Open(new IngestionEngineOptions { Ephemeral = true });
        await FillAsync(engine);
        Assert.False(await engine.SnapshotAsync());
        Assert.Equal(AckLevel.Applied, engine.Core.Grant(AckLevel.Durable));
        Assert.Equal(AckLevel.Applied, engine.Core.Grant(AckLevel.Written));
        Assert.Equal(AckLevel.None, engine.Core.Grant(AckLevel.None));
    }

    [Fact]
    public async Task OldResultsGoWhenMoreThanRetentionKeepsHaveCome()
    {
        using IngestionEngine engine = IngestionEngine.Open(new IngestionEngineOptions
        {
            Ephemeral = true,
            Results = new() { Retention = new() { MaxBytes = 1 << 20 } },
        });
        IngestionStream stream = engine.Stream("s", "u64 (value)").View("1s", "tumbling 1s by key: count, sum(value)");
        using RecordAppender appender = stream.CreateAppender("p");
        long deadline = Environment.TickCount64 + 60_000;
        for (int second = 0; engine.Core.Logs.Results.BeginAddress < 1 << 20; second++)
        {
            Assert.True(Environment.TickCount64 < deadline, "nothing was cut in a minute");
            await appender.WhenApplied(Append(appender, second, keyCount: 1_000));
        }
    }

    private static async Task<string> FillAsync(IngestionEngine engine)
    {
        IngestionStream stream = engine.Stream("s", "u64 (value)")
            .View("1s", "tumbling 1s by key: count, sum(value), min(value), max(value), quantile(value, 0.5)");
        using RecordAppender appender = stream.CreateAppender("p", epoch: 1);
        for (int second = 0; second < 60; second++)
        {
            await appender.WhenApplied(Append(appender, second, keyCount: 50));
        }

        await engine.AdvanceAsync("s");
        return await engine.DigestAsync();
    }

    private static ulong Append(RecordAppender appender, int second, int keyCount)
    {
        ulong[] keys = [.. Enumerable.Range(0, 2 * keyCount).Select(i => (ulong)(i % keyCount))];
        long[] times = [.. keys.Select((_, i) => StartNs + (second * 1_000_000_000L) + i)];
        double[] values = [.. keys.Select((key, i) => (double)((int)key - i))];
        return appender.Append(keys, times, values);
    }
}
