using FastStream.Engine;
using FastStream.Engine.Monitoring;
using FastStream.Engine.Serving;
using FastStream.TestKit.Processes;

namespace FastStream.Tests.Embedding;

/// <summary>The whole way in one process: append, journal, aggregate, close, query, reopen, same digest.</summary>
public sealed class WalkingSkeletonTests : IDisposable
{
    private const long Second = 1_000_000_000;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task RecordsAreCountedByWindowAndSurviveAReopening(int partitions)
    {
        string digest;
        using (IngestionEngine engine = Open(partitions))
        {
            IngestionStream stream = engine.Stream("s", "u64 (value)").View("1s", "tumbling 1s by key: count, sum(value)");
            using RecordAppender appender = stream.CreateAppender("p");
            ulong[] keys = [1, 2, 1, 1];
            long[] times = [0, 1, 2, Second];
            double[] values = [10, 20, 30, 40];
            ulong position = appender.Append(keys, times, values);
            await appender.WhenDurable(position).WaitAsync(TimeSpan.FromSeconds(20));
            await engine.AdvanceAsync("s");
            WindowAnswer answer = await engine.QueryAsync(new WindowQuery { Stream = "s", View = "1s", IncludeOpen = true });
            Assert.Equal(3, answer.Rows.Count);
            Assert.Equal((0L, 1UL, 2L, 40.0), Row(answer.Rows[0]));
            Assert.Equal((0L, 2UL, 1L, 20.0), Row(answer.Rows[1]));
            Assert.Equal((Second, 1UL, 1L, 40.0), Row(answer.Rows[2]));
            Ledger ledger = await engine.LedgerAsync();
            Assert.Null(ledger.FindImbalance());
            Assert.Equal(4, ledger.Views.Single(v => v.View == "1s").Applied);
            digest = await engine.DigestAsync();
        }

        foreach (int count in new[] { partitions, 2 })
        {
            using IngestionEngine again = Open(count);
            Assert.Equal(1, again.RecoveredFrames);
            Assert.Equal(digest, await again.DigestAsync());
        }
    }

    private IngestionEngine Open(int partitions) => IngestionEngine.Open(
        new IngestionEngineOptions { DataDirectory = _folder.FullPath, Partitions = partitions });

    private static (long Start, ulong Key, long Count, double Sum) Row(WindowRow row) =>
        (row.StartNs, row.Key, row.Count, row.Values[1]);
}
