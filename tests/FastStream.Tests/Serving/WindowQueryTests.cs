using FastStream.Engine.Memory;
using FastStream.Engine.Partitions;
using FastStream.Engine.Results;
using FastStream.Engine.Serving;
using FastStream.Tests.Results;

namespace FastStream.Tests.Serving;

/// <summary>
/// Goal: answers are what a plain filter of all rows gives, by window start, then key. Method: random closes, random
/// queries.
/// </summary>
public sealed class WindowQueryTests
{
    private readonly BlockPool _pool = new(1 << 24);

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public void AnswersAreWhatAFilterOfAllRowsGives(int seed)
    {
        List<TestClose> closes = ResultsHarness.RandomCloses(seed, causes: 30);
        using ResultsHarness harness = new(partitionCount: 3, seed);
        harness.Feed(closes);
        List<string> all = [.. closes
            .Where(c => c.ViewId == 1)
            .OrderBy(c => c.Start)
            .SelectMany(c => c.Keys.Order().Select(
                key => Describe(c.Start, key, TestClose.CountOf(key), c.ValuesOf(key))))];
        var random = new Random(seed);
        long last = closes.Max(c => c.Start);
        for (int i = 0; i < 150; i++)
        {
            WindowQuery query = new()
            {
                Stream = "flights",
                View = "v1",
                FromNs = random.Next(3) == 0 ? long.MinValue : random.NextInt64(last),
                ToNs = random.Next(3) == 0 ? long.MaxValue : last - random.NextInt64(last / 3),
                Key = random.Next(2) == 0 ? closes[random.Next(closes.Count)].Keys[0] : null,
                Limit = random.Next(4) switch { 0 => 1, 1 => 7, 2 => 1_000, _ => WindowQuery.MaxLimit },
            };
            WindowAnswer answer = Ask(harness, query);
            List<string> matching = [.. all.Where(row => Matches(row, query))];
            Assert.Equal(matching.Take(query.Limit), answer.Rows.Select(Describe));
            Assert.Equal(matching.Count > query.Limit, answer.IsTruncated);
            Assert.All(answer.Rows, row => Assert.Equal(WindowState.Closed, row.State));
            Assert.False(answer.IsCutByRetention);
        }

        Assert.Equal(0, _pool.OutstandingCount);
    }

    [Fact]
    public void TextKeysAreNamedAndOrderedByName()
    {
        using ResultsHarness harness = new();
        harness.Feed([new(100, 1, 0, [2, 10, 1])]);
        ResultsView view = ResultsHarness.CreateView(1, isText: true);
        WindowAnswer answer = Ask(harness, new WindowQuery { Stream = "flights", View = "v1" }, view);
        Assert.Equal(["name 1", "name 10", "name 2"], answer.Rows.Select(r => r.KeyText));
        Assert.Equal("count, sum(delay), max(delay)", string.Join(", ", answer.ValueNames));
    }

    [Fact]
    public void RowsOnTheirWayAreShownAsOpenAndEachKeyOnce()
    {
        using ResultsHarness harness = new() { JournalDurable = 0 };
        harness.Feed([new(100, 1, 0, [1, 2]), new(200, 1, 10, [3])]);
        WindowQuery query = new() { Stream = "flights", View = "v1", IncludeOpen = true };
        Assert.Empty(Ask(harness, query with { IncludeOpen = false }).Rows);
        Assert.Equal(["0 1", "0 2", "10 3"], Ask(harness, query).Rows.Select(r => $"{r.StartNs} {r.Key}"));

        harness.JournalDurable = 150;
        harness.Turn();
        WindowAnswer answer = Ask(harness, query, slices: [OpenSlice(0, 2), OpenSlice(10, 4), OpenSlice(20, 3)]);
        Assert.Equal(
            ["0 1 Closed", "0 2 Closed", "10 3 Open", "10 4 Open", "20 3 Open"],
            answer.Rows.Select(r => $"{r.StartNs} {r.Key} {r.State}"));
        Assert.Equal([true, true, false, false, false], answer.Rows.Select(r => r.Address >= 0));
    }

    [Fact]
    public void RowsThatWaitForTheMergerAreSeenToo()
    {
        using ResultsHarness harness = new(partitionCount: 2);
        ResultSlice slice = OpenSlice(10, 4);
        slice.CauseAddress = 100;
        harness.Stage.Add(0, slice);
        harness.Turn(); // partition 1 has not spoken: the slice waits
        WindowQuery query = new() { Stream = "flights", View = "v1", IncludeOpen = true };
        WindowRow row = Assert.Single(Ask(harness, query).Rows);
        Assert.Equal((10, 4ul, WindowState.Open), (row.StartNs, row.Key, row.State));
        Assert.Empty(Ask(harness, query with { Key = 5 }).Rows);
        Assert.Empty(Ask(harness, query with { FromNs = 11 }).Rows);
    }

    [Fact]
    public void AnAnswerAfterRetentionSaysThatItWasCut()
    {
        using ResultsHarness harness = new();
        harness.Feed([new(100, 1, 0, [1]), new(200, 1, 10, [1])]);
        long second = harness.Disk.Entries.Last(e => e.Header.ProducerId == 1).Address;
        harness.Stage.Index.DropBefore(second);
        harness.Log.TruncateBefore(second);
        WindowAnswer answer = Ask(harness, new WindowQuery { Stream = "flights", View = "v1" });
        Assert.True(answer.IsCutByRetention);
        Assert.Equal(10, Assert.Single(answer.Rows).StartNs);
    }

    [Fact]
    public void FaultsOfAQueryAreNamedWithTheirValues()
    {
        WindowQuery query = new() { Stream = "s", View = "v", Key = 1, KeyText = "x", Limit = 0, FromNs = 5, ToNs = 4 };
        Assert.Equal(3, query.Validate().Count);
        Assert.Empty(new WindowQuery { Stream = "s", View = "v" }.Validate());
    }

    private WindowAnswer Ask(
        ResultsHarness harness, WindowQuery query, ResultsView? view = null, IReadOnlyList<ResultSlice>? slices = null)
    {
        view ??= ResultsHarness.CreateView(1);
        var collector = new WindowRowCollector(view, query, query.Key);
        foreach (ResultSlice slice in slices ?? [])
        {
            collector.AddOpen(slice, 0);
        }

        if (query.IncludeOpen)
        {
            harness.Stage.VisitPending(view.StreamId, view.ViewId, collector.AddOpen, collector.AddOpen);
        }

        return new WindowQueryRunner(harness.Log, harness.Stage.Index, _pool).Run(collector);
    }

    private static ResultSlice OpenSlice(long start, ulong key)
    {
        var slice = new ResultSlice();
        slice.Reset(1, 3);
        (slice.StreamId, slice.ViewId) = (ResultsHarness.StreamId, 1);
        (slice.WindowStart, slice.WindowEnd) = (start, start + 10);
        (slice.Keys[0], slice.RowCount) = (key, 1);
        return slice;
    }

    private static bool Matches(string row, WindowQuery query)
    {
        string[] words = row.Split(' ');
        long start = long.Parse(words[0], null);
        return start >= query.FromNs && start < query.ToNs && (query.Key is null || words[1] == query.Key.ToString());
    }

    private static string Describe(WindowRow row) => Describe(row.StartNs, row.Key, row.Count, [.. row.Values]);

    private static string Describe(long start, ulong key, long count, double[] values) =>
        $"{start} {key} {count} {string.Join(' ', values)}";
}
