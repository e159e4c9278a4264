using FastStream.Engine.Partitions;
using FastStream.Engine.Results;

namespace FastStream.Tests.Results;

/// <summary>
/// Goal: one sequence of closed windows whatever the partition count. Method: random histories, cut for 1, 2, 3 and 8
/// partitions, fed in random interleavings; the bytes in the log are compared with each other and with a plain sort.
/// </summary>
public sealed class ResultsSequenceTests
{
    [Theory]
    [InlineData(101)]
    [InlineData(102)]
    [InlineData(103)]
    public void TheResultsLogIsTheSameForEveryPartitionCount(int seed)
    {
        List<TestClose> closes = ResultsHarness.RandomCloses(seed);
        List<LoggedEntry>? first = null;
        foreach (int partitionCount in new[] { 1, 2, 3, 8 })
        {
            using ResultsHarness harness = new(partitionCount, seed + partitionCount);
            harness.Feed(closes);
            List<LoggedEntry> entries = harness.ReadLog();
            AssertIsSorted(closes, entries);
            first ??= entries;
            Assert.Equal(first.Select(e => e.Text), entries.Select(e => e.Text));
            Assert.Equal(ResultsHarness.JournalEnd, harness.Stage.DurableBelow);
        }
    }

    [Fact]
    public void AWindowWaitsUntilNoPartitionCanBringAnEarlierOne()
    {
        ulong own = Enumerable.Range(1, 100).Select(k => (ulong)k).First(k => PartitionOf(k) == 0);
        using ResultsHarness harness = new(partitionCount: 2);
        harness.Stage.SetEmittedBelow(0, 0);
        var slice = new ResultSlice();
        slice.Reset(1, 3);
        (slice.StreamId, slice.ViewId, slice.CauseAddress) = (ResultsHarness.StreamId, 1, 100);
        (slice.Keys[0], slice.RowCount, slice.IsFirst, slice.IsLast) = (own, 1, true, true);
        harness.Stage.Add(0, slice);
        harness.Turn();
        Assert.Equal(0, harness.Stage.MergedBelow);

        harness.Stage.SetEmittedBelow(1, 100); // partition 1 may still close something at 100
        harness.Turn();
        Assert.Empty(harness.ReadLog());

        harness.Stage.SetEmittedBelow(1, 101);
        harness.Turn();
        Assert.Single(harness.ReadLog());
        Assert.Equal(0, harness.Stage.MergedBelow); // partition 0 has not said that it is done with 100
        harness.Stage.SetEmittedBelow(0, 101);
        Assert.Equal(101, harness.Stage.MergedBelow);
    }

    [Fact]
    public void ASliceBelowWhatWasPromisedIsABrokenInvariant()
    {
        using ResultsHarness harness = new();
        harness.Stage.SetEmittedBelow(0, 500);
        var slice = new ResultSlice { StreamId = 1, ViewId = 1, CauseAddress = 499 };
        Assert.Throws<InvalidOperationException>(() => harness.Stage.Add(0, slice));
        Assert.Throws<InvalidOperationException>(() => harness.Stage.SetEmittedBelow(0, 499));
    }

    [Fact]
    public void KeysThatDoNotRiseAreABrokenInvariant()
    {
        using ResultsHarness harness = new();
        var slice = new ResultSlice();
        slice.Reset(1, 3);
        (slice.StreamId, slice.ViewId, slice.CauseAddress) = (ResultsHarness.StreamId, 1, 100);
        (slice.Keys[0], slice.RowCount, slice.IsFirst) = (5, 1, true);
        var again = new ResultSlice();
        again.CopyFrom(slice);
        harness.Stage.Add(0, slice);
        harness.Stage.Add(0, again);
        Assert.Throws<InvalidOperationException>(() => harness.Turn());
    }

    [Fact]
    public void EntriesAreCutAt512RowsAndNeverHoldTwoWindows()
    {
        ulong[] keys = [.. Enumerable.Range(0, 1_024).Select(k => (ulong)k)];
        using ResultsHarness harness = new();
        harness.Feed(
            [new(100, 1, 0, keys), new(100, 1, 10, [7]), new(100, 2, 0, keys[..513]), new(200, 1, 20, [1, 2])]);
        List<LoggedEntry> entries = harness.ReadLog();
        Assert.Equal([512, 512, 1, 512, 1, 2], entries.Select(e => e.Keys.Length));
        Assert.Equal([0, 1, 2, 3, 4, 0], entries.Select(e => e.Ordinal));
        const int First = ResultEntryLayout.FirstFlag;
        const int Last = ResultEntryLayout.LastFlag;
        Assert.Equal([First, Last, First | Last, First, Last, First | Last], entries.Select(e => e.Flags));
    }

    [Fact]
    public void TheWidestViewStaysBelowTheBytesOfAnEntry()
    {
        for (int valueCount = 0; valueCount <= 64; valueCount++)
        {
            int rows = ResultEntryLayout.MaxRowCount(valueCount);
            Assert.InRange(rows, 1, ResultEntryLayout.RowLimit);
            Assert.True(ResultEntryLayout.RawBytes(rows, valueCount) <= ResultEntryLayout.MaxRawBytes);
        }

        Assert.Equal(512, ResultEntryLayout.MaxRowCount(8));
        Assert.Equal(93, ResultEntryLayout.MaxRowCount(64));
    }

    private static int PartitionOf(ulong key) => SlotHash.PartitionOf(SlotHash.SlotOf(key), 2);

    private static void AssertIsSorted(List<TestClose> closes, List<LoggedEntry> entries)
    {
        List<TestClose> order = [.. closes.OrderBy(c => c.Cause).ThenBy(c => c.ViewId).ThenBy(c => c.Start)];
        int entry = 0;
        foreach (TestClose close in order)
        {
            List<ulong> keys = [];
            do
            {
                LoggedEntry next = entries[entry];
                Assert.Equal((close.Cause, close.ViewId, close.Start), (next.Cause, next.ViewId, next.Start));
                keys.AddRange(next.Keys);
            }
            while ((entries[entry++].Flags & ResultEntryLayout.LastFlag) == 0);
            Assert.Equal(close.Keys.OrderBy(SlotHash.SlotOf).ThenBy(key => key), keys);
        }

        Assert.Equal(entries.Count, entry);
    }
}
