using FastStream.Engine.Journal;
using FastStream.Engine.Memory;
using FastStream.Engine.Monitoring;
using FastStream.Engine.Partitions;
using FastStream.Engine.Results;
using FastStream.Engine.Serving;
using FastStream.TestKit.Processes;

namespace FastStream.Tests.Results;

/// <summary>
/// Goal: index, subscriptions, comparison and retention hold over the real log with its pages, padding and segments.
/// Method: some MiB of windows, then the folder opened again.
/// </summary>
public sealed class FasterResultsTests : IDisposable
{
    private const int WindowCount = 1_500;
    private const int RowCount = 200;

    private readonly TempFolder _folder = new();
    private readonly LogThreads _threads = new();

    public void Dispose()
    {
        _threads.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task ResultsAreFoundFollowedAndProvedAgainAfterReopening()
    {
        List<string> followed;
        ResultPosition middle;
        using (FasterEntryLog log = Open())
        {
            using ResultsStage stage = OpenStage(log);
            using ResultSubscription subscription = stage.Gate.Subscribe(
                ResultsHarness.CreateView(1),
                new SubscriptionOptions { From = ResultPosition.Beginning, MaxWaitingPieces = 4 });
            Task<List<WindowResult>> following = Task.Run(() => Take(subscription, WindowCount * RowCount));
            await FeedAsync(stage, 1, WindowCount);
            await TurnUntilAsync(stage, () => stage.DurableBelow > WindowCount);
            List<WindowResult> rows = await following.WaitAsync(TimeSpan.FromSeconds(30));
            followed = rows.ConvertAll(Describe);
            middle = rows[rows.Count / 3].Position;
            AssertFound(log, stage);
        }

        using FasterEntryLog again = Open();
        using ResultsStage second = OpenStage(again);
        Assert.Equal(WindowCount, second.Index.EntryCount);
        await FeedAsync(second, 1, WindowCount);
        await TurnUntilAsync(second, () => second.TryCompleteReplay(WindowCount + 1));
        Assert.Null(second.Fault);
        Assert.Equal(WindowCount, second.ComparedCount);
        AssertFound(again, second);
        using ResultSubscription rest = second.Gate.Subscribe(
            ResultsHarness.CreateView(1), new SubscriptionOptions { From = middle });
        List<WindowResult> taken = await Take(rest, followed.Count - followed.Count / 3 - 1);
        Assert.Equal(followed[(followed.Count / 3 + 1)..], taken.ConvertAll(Describe));
    }

    [Fact]
    public async Task RetentionRemovesFilesAndTheRestOpensAndAnswers()
    {
        using (FasterEntryLog log = Open())
        {
            var retention = new RetentionPolicy { MaxBytes = RetentionPolicy.MinBytes };
            using ResultsStage stage = OpenStage(log, new ResultsOptions { Retention = retention });
            stage.TryCompleteReplay(0);
            await FeedAsync(stage, 1, WindowCount);
            await TurnUntilAsync(stage, () => stage.DurableBelow > WindowCount);
            long stored = log.StoredBytes;
            stage.DoHousekeeping(0);
            await Eventually.Until(() => log.StoredBytes < stored);
            Assert.InRange(stage.Index.EntryCount, 1, WindowCount - 1);
        }

        using FasterEntryLog again = Open();
        using ResultsStage second = OpenStage(again);
        Assert.True(second.Index.IsCut);
        long kept = second.Index.EntryCount;
        Assert.InRange(kept, 1, WindowCount - 1);
        await FeedAsync(second, 1, WindowCount);
        await TurnUntilAsync(second, () => second.TryCompleteReplay(WindowCount + 1));
        Assert.Null(second.Fault);
        Assert.Equal(kept, second.ComparedCount);
        WindowAnswer answer = Ask(again, second, new WindowQuery { Stream = "flights", View = "v1", Key = 5 });
        Assert.True(answer.IsCutByRetention);
        Assert.Equal((WindowCount - kept + 1) * 10, answer.Rows[0].StartNs);
    }

    private static ResultsStage OpenStage(IEntryLog log, ResultsOptions? options = null)
    {
        ResultsStage stage = new(
            log,
            partitionCount: 1,
            options ?? new ResultsOptions(),
            new EngineCounters().AddSet("results"),
            TimeProvider.System,
            (_, _) => { });
        stage.Catalog.Set(ResultsHarness.CreateView(1));
        stage.Open(0);
        return stage;
    }

    private static async Task FeedAsync(ResultsStage stage, int fromCause, int count)
    {
        for (int cause = fromCause; cause < fromCause + count; cause++)
        {
            await TurnUntilAsync(stage, () => stage.HasRoom(0));
            stage.Add(0, CreateSlice(cause));
            stage.SetEmittedBelow(0, cause + 1);
        }
    }

    private static async Task TurnUntilAsync(ResultsStage stage, Func<bool> condition) => await Eventually.Until(() =>
    {
        while (stage.Turn(long.MaxValue, 1))
        {
        }

        return condition() || stage.Fault is not null;
    });

    private static ResultSlice CreateSlice(int cause)
    {
        var slice = new ResultSlice();
        slice.Reset(RowCount, 3);
        (slice.StreamId, slice.ViewId, slice.CauseAddress) = (ResultsHarness.StreamId, 1, cause);
        (slice.WindowStart, slice.WindowEnd) = (cause * 10L, (cause + 1) * 10L);
        (slice.IsFirst, slice.IsLast) = (true, true);
        var random = new Random(cause); // so that compression finds little
        IEnumerable<ulong> keys = Enumerable.Range(0, RowCount).Select(key => (ulong)key);
        foreach (ulong key in keys.OrderBy(SlotHash.SlotOf).ThenBy(key => key))
        {
            slice.Keys[slice.RowCount] = key;
            slice.Counts[slice.RowCount] = (long)key + cause;
            slice.ValuesOf(slice.RowCount)[1] = random.NextDouble();
            slice.ValuesOf(slice.RowCount)[2] = random.NextDouble();
            slice.RowCount++;
        }

        return slice;
    }

    private static void AssertFound(IEntryLog log, ResultsStage stage)
    {
        WindowQuery query = new() { Stream = "flights", View = "v1", Key = 17, FromNs = 5_000, ToNs = 5_100 };
        WindowAnswer answer = Ask(log, stage, query);
        Assert.Equal(
            Enumerable.Range(500, 10).Select(c => (c * 10L, 17L + c)), answer.Rows.Select(r => (r.StartNs, r.Count)));
        answer = Ask(log, stage, query with { Key = null, Limit = WindowQuery.MaxLimit });
        Assert.Equal(10 * RowCount, answer.Rows.Count);
        Assert.False(answer.IsCutByRetention);
    }

    private static WindowAnswer Ask(IEntryLog log, ResultsStage stage, WindowQuery query)
    {
        BlockPool pool = new(1 << 24);
        WindowRowCollector collector = new(ResultsHarness.CreateView(1), query, query.Key);
        WindowAnswer answer = new WindowQueryRunner(log, stage.Index, pool).Run(collector);
        Assert.Equal(0, pool.OutstandingCount);
        return answer;
    }

    private static string Describe(WindowResult row) => $"{row.StartNs} {row.Key} {row.Count} {row.Values[1]}";

    private static async Task<List<WindowResult>> Take(ResultSubscription subscription, int count)
    {
        List<WindowResult> rows = [];
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(30));
        await foreach (WindowResult row in subscription.WithCancellation(deadline.Token))
        {
            rows.Add(row);
            if (rows.Count == count)
            {
                break;
            }
        }

        return rows;
    }

    private FasterEntryLog Open() => EntryLogs.Open(
        _threads,
        "results",
        _folder.PathOf("results"),
        new EntryLogSettings { PageBytes = 1 << 20, MemoryBytes = 4 << 20, SegmentBytes = 1 << 20 });
}
