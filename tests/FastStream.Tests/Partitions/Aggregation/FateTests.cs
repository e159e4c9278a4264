using FastStream.Engine.Definitions;
using FastStream.Engine.Partitions;

namespace FastStream.Tests.Partitions.Aggregation;

/// <summary>Goal: each record has exactly one fate, by hand-computed cases at the edges.</summary>
public class FateTests
{
    private const long Second = RandomFrames.Second;
    private static readonly StreamDefinition s_stream = StreamDefinition.Parse("s", "u64 (x)");

    [Fact]
    public void ARecordIsLateWhenItsSourceHasPassedEndAndLateness()
    {
        using PartitionHarness harness = Make("tumbling 10s late 5s by key: count");
        harness.ApplyOnly(Frame(0, 14.999_999_999, 3));
        Assert.Equal(0, harness.CountersOf("v").Late);
        harness.ApplyOnly(Frame(15, 3));
        ViewCounters counters = harness.CountersOf("v");
        Assert.Equal((1, 4), (counters.Late, counters.Applied));
        Assert.Equal(1, harness.LastOutcome.Late);
        Assert.Equal(2, harness.LastOutcome.Accepted);
    }

    [Fact]
    public void LatenessIsJudgedByTheSourcesOwnProgressAlone()
    {
        using PartitionHarness harness = Make("tumbling 10s late 0s by key: count");
        harness.ApplyOnly(Frame(100));
        harness.ApplyOnly(Frame(5) with { Producer = "b" });
        Assert.Equal((0, 2), (harness.CountersOf("v").Late, harness.CountersOf("v").Applied));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ARecordForAClosedWindowIsNamedByWhetherItsSourceWasSetAside(bool setAside)
    {
        using PartitionHarness harness = Make("tumbling 10s late 0s by key: count");
        harness.Apply(Frame(20));
        if (setAside)
        {
            harness.SetAside("b");
        }

        harness.ApplyOnly(Frame(5, 25) with { Producer = "b" });
        ViewCounters counters = harness.CountersOf("v");
        Assert.Equal(
            (0, setAside ? 1 : 0, setAside ? 0 : 1), (counters.Late, counters.LateAfterIdle, counters.LateOnJoin));
        Assert.Equal(2, counters.Applied);
        Assert.Equal(1, harness.LastOutcome.Late);
        Assert.True(counters.Balanced);
    }

    [Fact]
    public void AWindowClosesWhenTheWatermarkReachesEndAndLateness()
    {
        using PartitionHarness harness = Make("tumbling 10s late 5s by key: count");
        harness.ApplyOnly(Frame(0));
        harness.Advance((15 * Second) - 1);
        Assert.Empty(harness.Drain());
        harness.Advance(15 * Second);
        ResultRow row = Assert.Single(harness.Drain());
        Assert.Equal((0, 1, 128), (row.Start, row.Count, row.Cause));
    }

    [Fact]
    public void TimesBeforeNineteenSeventyFallIntoTheWindowThatHoldsThem()
    {
        using PartitionHarness harness = Make("tumbling 10s late 0s by key: count");
        harness.ApplyOnly(Frame(-10.000_000_001, -10, -0.000_000_001));
        harness.Advance(0);
        Assert.Equal([-20 * Second, -10 * Second], harness.Drain().Select(r => r.Start));
    }

    [Fact]
    public void ARecordAheadOfTheFutureBoundIsRefusedAndMovesNothing()
    {
        using PartitionHarness harness = Make("tumbling 10s late 0s by key: count");
        harness.ArrivalNs = 0;
        harness.ApplyOnly(Frame(300.000_000_001, 300, 0));
        Assert.Equal((1, 2), (harness.Counters().Future, harness.Counters().Prepared));
        Assert.Equal((1, 0), (harness.LastOutcome.Future, harness.LastOutcome.Refused));
        FrameOutcome outcome = harness.LastOutcome;
        Assert.Equal(
            (1, 0u, RefusalReason.Future),
            (outcome.RefusalCount, outcome.RefusedIndex(0), outcome.RefusedReason(0)));
        Assert.Equal(1, harness.CountersOf("v").Late);
        Assert.True(harness.Counters().Balanced);
    }

    [Fact]
    public void TimesOutsideTheRangeAreRefusedByName()
    {
        using PartitionHarness harness = Make("tumbling 366d late 366d by key: count");
        harness.ArrivalNs = EventTimeRange.MaxNs;
        long[] times = [EventTimeRange.MinNs - 1, EventTimeRange.MinNs, EventTimeRange.MaxNs, EventTimeRange.MaxNs + 1];
        harness.ApplyOnly(new TestFrame([1, 1, 1, 1], times, [1, 1, 1, 1]));
        Assert.Equal((2, 2), (harness.Counters().TimeRange, harness.Counters().Prepared));
        harness.Advance(long.MaxValue);
        Assert.Equal(2, harness.Drain().Count);
    }

    [Fact]
    public void ATextRecordWithoutAKeyCountsAgainstTheKeyLimit()
    {
        using PartitionHarness harness = new(StreamDefinition.Parse("s", "text (x)"), 2);
        harness.AddView("v", "tumbling 10s late 0s by key: count", 1);
        harness.ApplyOnly(new TestFrame([SlotHash.NoKey, 1], [0, 0], [1, 1]));
        Assert.Equal((1, 1), (harness.Counters().KeyLimit, harness.Counters().Prepared));
        Assert.Equal(1, harness.LastOutcome.KeyLimit);
    }

    [Fact]
    public void RefusedAndFilteredRecordsAreCountedAndTenSamplesAreKept()
    {
        using PartitionHarness harness = new(StreamDefinition.Parse("s", "u64 (x) rules: range x 0..100"), 3);
        harness.AddView("v", "tumbling 10s late 0s where x > 50 by key: count", 1);
        double[] values = [.. Enumerable.Range(0, 200).Select(i => (double)i)];
        harness.ApplyOnly(new TestFrame(
            [.. values.Select(v => (ulong)v)], [.. values.Select(v => (long)v)], values));
        StreamCounters stream = harness.Counters();
        Assert.Equal((99, 101), (stream.RefusedBy(1), stream.Prepared));
        Assert.Equal((51, 50), (harness.CountersOf("v").Filtered, harness.CountersOf("v").Applied));
        Assert.Equal(
            Enumerable.Range(190, 10).Select(i => (double)i), stream.SamplesOf(1).Items.ToArray().Select(s => s.Value));
        FrameOutcome outcome = harness.LastOutcome;
        Assert.Equal((99, FrameOutcome.MaxRefusals, 101u, 164u),
            (outcome.Refused, outcome.RefusalCount, outcome.RefusedIndex(0), outcome.RefusedIndex(63)));
        Assert.Equal(RefusalReason.OfRule(1), outcome.RefusedReason(0));
    }

    [Fact]
    public void ATombstoneIsCountedOnceWhateverTheNumberOfPartitions()
    {
        using PartitionHarness harness = new(s_stream, 8);
        foreach (StreamPartition partition in harness.Partitions)
        {
            partition.CountTombstone(5);
        }

        Assert.Equal((5, 5), (harness.Counters().Tombstone, harness.Counters().Journaled));
    }

    [Fact]
    public void AViewAddedLaterTakesWindowsFromItsFirstOn()
    {
        using PartitionHarness harness = new(s_stream, 2);
        harness.AddView("v", "tumbling 10s late 0s by key: count", 1, fromTime: 10 * Second);
        harness.ApplyOnly(Frame(5, 10, 25));
        Assert.Equal((1, 2), (harness.CountersOf("v").Filtered, harness.CountersOf("v").Applied));
        Assert.True(harness.CountersOf("v").Balanced);
    }

    [Fact]
    public void ADroppedViewEmitsOnlyTheClosesThatWaited()
    {
        using PartitionHarness harness = Make("tumbling 10s late 0s by key: count");
        harness.ApplyOnly(Frame(5, 25));
        harness.Advance(10 * Second);
        foreach (StreamPartition partition in harness.Partitions)
        {
            Assert.True(partition.DropView("v"));
            Assert.False(partition.DropView("v"));
        }

        harness.Advance(long.MaxValue);
        Assert.Equal(0, Assert.Single(harness.Drain()).Start);
    }

    [Fact]
    public void FieldsAndRulesAddedLaterHoldFromThereOn()
    {
        using PartitionHarness harness = Make("tumbling 10s late 0s by key: count, sum(x)");
        harness.ApplyOnly(Frame(1));
        foreach (StreamPartition partition in harness.Partitions)
        {
            partition.UpdateStream(StreamDefinition.Parse("s", "u64 (x, y) rules: range x 0..0.5"));
        }

        harness.ApplyOnly(Frame(2, 3));
        Assert.Equal((1, 2), (harness.Counters().Prepared, harness.Counters().RefusedBy(1)));
        Assert.Equal(1, Assert.Single(harness.Open()).Count);
    }

    private static PartitionHarness Make(string view)
    {
        PartitionHarness harness = new(s_stream, 2);
        harness.AddView("v", view, 1);
        return harness;
    }

    private static TestFrame Frame(params double[] seconds) => new(
        [.. seconds.Select(_ => 1UL)], [.. seconds.Select(s => (long)Math.Round((decimal)s * Second))],
        [.. seconds.Select(_ => 1.0)]);
}
