using FastStream.Engine.Monitoring;
using FastStream.Engine.Results;

namespace FastStream.Tests.Results;

/// <summary>
/// Goal: a durable subscriber gets every row once, in order, live or behind, and costs nobody anything. Method: results
/// are fed by hand while the subscriber reads, waits, stops and comes back.
/// </summary>
public sealed class SubscriptionTests
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task ASubscriberFromNowOnGetsOnlyWhatLeavesLater()
    {
        using ResultsHarness harness = new();
        Feed(harness, 1);
        using ResultSubscription subscription = Subscribe(harness);
        Feed(harness, 2);
        Feed(harness, 3);
        List<WindowResult> rows = await Take(subscription, 4);
        Assert.Equal([20L, 20, 30, 30], rows.Select(r => r.StartNs));
        Assert.All(rows, r => Assert.Equal(ResultLevel.Durable, r.Level));
        Assert.Equal(TestClose.CountOf(rows[0].Key), rows[0].Count);
        Assert.Equal(20 + (double)rows[0].Key, rows[0]["sum(delay)"]);
        Assert.Throws<ArgumentException>(() => rows[0]["p95(delay)"]);
    }

    [Fact]
    public async Task ASubscriberFromAPositionGetsNoRowTwiceAndMissesNone()
    {
        using ResultsHarness harness = new();
        for (int i = 1; i <= 5; i++)
        {
            Feed(harness, i);
        }

        List<string> all = (await Take(Subscribe(harness, ResultPosition.Beginning), 10)).ConvertAll(Describe);
        for (int taken = 1; taken < 10; taken++)
        {
            List<WindowResult> first = await Take(Subscribe(harness, ResultPosition.Beginning), taken);
            List<WindowResult> rest = await Take(Subscribe(harness, first[^1].Position), 10 - taken);
            Assert.Equal(all, first.Concat(rest).Select(Describe));
        }
    }

    [Fact]
    public async Task ASubscriberThatFallsBehindCatchesUpFromTheLogAndGoesLive()
    {
        using ResultsHarness harness = new();
        SubscriptionOptions options = new() { MaxWaitingPieces = 2 };
        using ResultSubscription subscription = harness.Stage.Gate.Subscribe(ResultsHarness.CreateView(1), options);
        await using IAsyncEnumerator<WindowResult> rows = subscription.GetAsyncEnumerator();
        List<long> starts = [];
        for (int i = 1; i <= 60; i++)
        {
            Feed(harness, i); // far more than two pieces wait at times
            for (int take = 0; take < (i % 20 == 0 ? 40 : 0); take++)
            {
                Assert.True(await rows.MoveNextAsync().AsTask().WaitAsync(s_deadline));
                starts.Add(rows.Current.StartNs);
            }
        }

        Assert.Equal(Enumerable.Range(1, 60).SelectMany(i => new[] { i * 10L, i * 10L }), starts);
        Assert.Equal(0, harness.Counters.Read(EngineCounter.SubscribersCut));
    }

    [Fact]
    public void WhatWaitsComesBeforeWhatWasMissedAlsoToAReaderThatSawNothingWaiting()
    {
        using ResultsHarness harness = new();
        using ResultSubscription subscription = harness.Stage.Gate.Subscribe(
            ResultsHarness.CreateView(1), new SubscriptionOptions { MaxWaitingPieces = 1 });
        Assert.Equal(ReaderStep.WaitForMore, subscription.NextStep(out _, out _)); // live, nothing there
        Feed(harness, 1); // waits
        Feed(harness, 2); // finds no room: only the log has it
        Assert.Equal(ReaderStep.TakeWaiting, subscription.NextStep(out long from, out long to));
        Assert.True(from < to);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task ManyRowsReadWhileTheyAreWrittenComeOnceAndInOrder(int waitingPieces)
    {
        using ResultsHarness harness = new();
        const int Closes = 5_000;
        using ResultSubscription subscription = harness.Stage.Gate.Subscribe(
            ResultsHarness.CreateView(1), new SubscriptionOptions { MaxWaitingPieces = waitingPieces });
        Task<List<WindowResult>> reading = Task.Run(() => Take(subscription, 2 * Closes));
        for (int i = 1; i <= Closes; i++)
        {
            Feed(harness, i);
        }

        List<WindowResult> rows = await reading.WaitAsync(s_deadline);
        IEnumerable<long> expected = Enumerable.Range(1, Closes).SelectMany(i => new[] { i * 10L, i * 10L });
        Assert.Equal(expected, rows.Select(r => r.StartNs));
    }

    [Fact]
    public async Task APieceReadFromTheLogAndOfferedAfterwardsComesOnce()
    {
        using ResultsHarness harness = new();
        Feed(harness, 1);
        using ResultSubscription subscription = Subscribe(harness, ResultPosition.Beginning);
        await using IAsyncEnumerator<WindowResult> rows = subscription.GetAsyncEnumerator();
        for (int row = 0; row < 2; row++)
        {
            Assert.True(await rows.MoveNextAsync().AsTask().WaitAsync(s_deadline));
        }

        ValueTask<bool> next = rows.MoveNextAsync(); // now it is live
        ResultEntry late = new();
        late.Begin(new ClosedWindow(100, ResultsHarness.StreamId, 1, 10, 20, 0), 3, 0, isFirst: true);
        late.Add([3], [1], [0, 0, 0]);
        late.Seal(isLast: true);
        late.SetAddress(harness.Log.BeginAddress, harness.Stage.Gate.ReleasedAddress, wasInLog: false);
        harness.Stage.Gate.Offer(late, ResultLevel.Durable);
        Feed(harness, 2);
        Assert.True(await next.AsTask().WaitAsync(s_deadline));
        Assert.Equal(20, rows.Current.StartNs);
    }

    [Fact]
    public async Task ASubscriberThatIsBehindAndStandsStillIsCutWithAReason()
    {
        ManualTime time = new();
        using ResultsHarness harness = new(time: time);
        SubscriptionOptions options = new() { MaxWaitingPieces = 1, MaxWait = TimeSpan.FromSeconds(10) };
        using ResultSubscription subscription = harness.Stage.Gate.Subscribe(ResultsHarness.CreateView(1), options);
        await using IAsyncEnumerator<WindowResult> rows = subscription.GetAsyncEnumerator();
        Feed(harness, 1);
        Assert.True(await rows.MoveNextAsync().AsTask().WaitAsync(s_deadline));
        Feed(harness, 2);
        Feed(harness, 3);
        Feed(harness, 4);
        time.Advance(TimeSpan.FromSeconds(9));
        harness.Stage.DoHousekeeping(0);
        Assert.Null(subscription.CutReason);
        time.Advance(TimeSpan.FromSeconds(2));
        harness.Stage.DoHousekeeping(0);
        Assert.Contains("none was taken for 10 s", subscription.CutReason, StringComparison.Ordinal);
        await Assert.ThrowsAsync<SubscriptionCutException>(async () =>
        {
            while (await rows.MoveNextAsync().AsTask().WaitAsync(s_deadline))
            {
            }
        });
        Assert.Equal(1, harness.Counters.Read(EngineCounter.SubscribersCut));
    }

    [Fact]
    public async Task AQuietSubscriberIsNotCutHoweverLongItWaits()
    {
        ManualTime time = new();
        using ResultsHarness harness = new(time: time);
        using ResultSubscription subscription = Subscribe(harness);
        await using IAsyncEnumerator<WindowResult> rows = subscription.GetAsyncEnumerator();
        ValueTask<bool> next = rows.MoveNextAsync();
        time.Advance(TimeSpan.FromHours(5));
        harness.Stage.DoHousekeeping(0);
        Feed(harness, 1);
        Assert.True(await next.AsTask().WaitAsync(s_deadline));
    }

    [Fact]
    public async Task AnAppliedSubscriberIsToldSoAndCutWhenItDoesNotKeepUp()
    {
        using ResultsHarness harness = new() { JournalDurable = 0 };
        SubscriptionOptions options = new() { Level = ResultLevel.Applied, MaxWaitingPieces = 2 };
        using ResultSubscription subscription = harness.Stage.Gate.Subscribe(ResultsHarness.CreateView(1), options);
        Feed(harness, 1);
        Feed(harness, 2);
        Feed(harness, 3);
        List<WindowResult> rows = [];
        await Assert.ThrowsAsync<SubscriptionCutException>(async () =>
        {
            await foreach (WindowResult row in subscription)
            {
                rows.Add(row);
            }
        });
        Assert.Equal([10L, 10, 20, 20], rows.Select(r => r.StartNs));
        Assert.All(rows, r => Assert.Equal((ResultLevel.Applied, default), (r.Level, r.Position)));
        Assert.Empty(harness.ReadLog());
    }

    [Fact]
    public async Task ASubscriberWhoseNextResultsAreGoneIsTold()
    {
        using ResultsHarness harness = new();
        for (int i = 1; i <= 5; i++)
        {
            Feed(harness, i);
        }

        ResultPosition position = (await Take(Subscribe(harness, ResultPosition.Beginning), 2))[^1].Position;
        harness.Log.TruncateBefore(harness.Disk.Entries.Last(e => e.Header.ProducerId == 1).Address);
        await Assert.ThrowsAsync<SubscriptionCutException>(() => Take(Subscribe(harness, position), 1));
        Assert.NotEmpty(await Take(Subscribe(harness, ResultPosition.Beginning), 1));
    }

    [Fact]
    public async Task ClosingEndsAnEnumerationAndLaterSubscriptions()
    {
        ResultsHarness harness = new();
        ResultSubscription subscription = Subscribe(harness);
        Task<List<WindowResult>> reading = Take(subscription, 1);
        harness.Dispose();
        Assert.Empty(await reading.WaitAsync(s_deadline));
        Assert.Throws<ObjectDisposedException>(() => Subscribe(harness));
    }

    [Fact]
    public void AHandlerGetsRowsInPlaceAndIsTakenOffWhenItThrows()
    {
        using ResultsHarness harness = new();
        List<(long Start, double Sum, ResultPosition Position)> seen = [];
        Exception? fault = null;
        using IDisposable handler = harness.Stage.Gate.Subscribe(
            ResultsHarness.CreateView(1),
            ResultLevel.Durable,
            rows =>
            {
                seen.Add((rows.StartNs, rows.Values(1)[0], rows.Position));
                if (rows.StartNs == 20)
                {
                    throw new InvalidDataException("enough");
                }
            },
            exception => fault = exception);
        Feed(harness, 1);
        Feed(harness, 2);
        Feed(harness, 3);
        Assert.Equal([10L, 20], seen.Select(s => s.Start));
        Assert.Equal("enough", fault?.Message);
        Assert.Equal(1, harness.Counters.Read(EngineCounter.ResultHandlersFailed));
        Assert.Equal(3, harness.ReadLog().Count(e => e.ViewId == 1));
    }

    [Fact]
    public void OptionsThatCannotBeAreRefused()
    {
        using ResultsHarness harness = new();
        ResultsView view = ResultsHarness.CreateView(1);
        Assert.Throws<ArgumentException>(() => harness.Stage.Gate.Subscribe(
            view, new SubscriptionOptions { Level = ResultLevel.Applied, From = ResultPosition.Beginning }));
        Assert.Throws<ArgumentException>(() => harness.Stage.Gate.Subscribe(
            view, new SubscriptionOptions { MaxWaitingPieces = 0 }));
        Assert.Throws<ArgumentException>(() => harness.Stage.Gate.Subscribe(
            view, new SubscriptionOptions { MaxWait = TimeSpan.Zero }));
    }

    [Fact]
    public void APositionGoesThroughItsTextForm()
    {
        Assert.True(ResultPosition.TryParse(new ResultPosition(4096, 17).ToString(), out ResultPosition position));
        Assert.Equal(new ResultPosition(4096, 17), position);
        Assert.False(ResultPosition.TryParse("4096", out _));
        Assert.False(ResultPosition.TryParse("-1.2", out _));
        Assert.False(ResultPosition.TryParse(null, out _));
    }

    private static void Feed(ResultsHarness harness, int i) => harness.Feed(
        [new TestClose(i * 100, 1, i * 10, [3, 4]), new TestClose(i * 100, 2, i * 10, [5])],
        emittedBelow: (i * 100) + 1);

    private static ResultSubscription Subscribe(ResultsHarness harness, ResultPosition? from = null) =>
        harness.Stage.Gate.Subscribe(ResultsHarness.CreateView(1), new SubscriptionOptions { From = from });

    private static string Describe(WindowResult row) => $"{row.StartNs} {row.Key} {row.Count} {row.Values[1]}";

    private static async Task<List<WindowResult>> Take(ResultSubscription subscription, int count)
    {
        List<WindowResult> rows = [];
        using CancellationTokenSource deadline = new(s_deadline);
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
}
