using FastStream.Engine.Definitions;
using FastStream.Engine.Partitions;

namespace FastStream.Tests.Partitions.Aggregation;

/// <summary>
/// Goal: a snapshot holds the state at its mark, whatever is applied, closed or dropped while it is written, and
/// comes back into any number of partitions.
/// </summary>
public class SnapshotTests
{
    private const string Aggregates = "count, sum(x), variance(x), first(x), last(y), p95(x)";
    private static readonly StreamDefinition s_stream = StreamDefinition.Parse("s", "u64 (x, y) rules: required x");

    [Theory]
    [InlineData(51, 1, 3)]
    [InlineData(52, 3, 1)]
    [InlineData(53, 2, 8)]
    [InlineData(54, 8, 5)]
    public void GoingOnFromASnapshotGivesTheBitsOfGoingOn(int seed, int before, int after)
    {
        List<TestFrame> frames = RandomFrames.Make(seed, frames: 16, integers: false);
        using PartitionHarness first = Make(before);
        foreach (TestFrame frame in frames.Take(8))
        {
            first.Apply(frame);
        }

        int emitted = first.Drain().Count;
        first.BeginSnapshot();
        string atMark = Dump(first);
        using PartitionHarness second = Make(after);
        second.TakeTimeFrom(first);

        // The rest is applied while the snapshot is written: copy on write keeps the mark.
        foreach (TestFrame frame in frames.Skip(8))
        {
            first.Apply(frame);
            first.Drain();
        }

        second.Load(first.FinishSnapshot());
        Assert.Equal(atMark, Dump(second));
        foreach (TestFrame frame in frames.Skip(8))
        {
            second.Apply(frame);
        }

        Assert.Equal(first.Drain().Skip(emitted), second.Drain());
        Assert.Equal(Dump(first), Dump(second));
    }

    [Fact]
    public void WindowsThatWaitToBeEmittedAreSavedFromTheirStart()
    {
        using PartitionHarness first = Make(2);
        first.ApplyOnly(RandomFrames.Make(61, frames: 1).Single());
        first.Advance(long.MaxValue);
        first.BeginSnapshot();
        using PartitionHarness second = Make(3);
        IReadOnlyList<ResultRow> expected = first.Drain();
        second.Load(first.FinishSnapshot());
        Assert.NotEmpty(expected);
        Assert.Equal(expected, second.Drain());
        Assert.False(second.Partitions[0].HasPendingCloses);
    }

    [Fact]
    public void ChunksStayWithinTheirBudgetHoweverWideTheSketches()
    {
        using PartitionHarness first = Make(1);
        Random random = new(65);
        for (int i = 0; i < 40; i++)
        {
            double[] values = [.. Enumerable.Range(0, 30_000).Select(_ => Math.Exp(random.NextDouble() * 10))];
            ulong[] keys = [.. values.Select((_, row) => (ulong)(row % 20))];
            first.ApplyOnly(new TestFrame(keys, new long[values.Length], values));
        }

        first.BeginSnapshot();
        string atMark = Dump(first);
        List<byte[]> chunks = first.FinishSnapshot(budgetBytes: 40_000);
        Assert.True(chunks.Count > 5);
        Assert.All(chunks, chunk => Assert.InRange(chunk.Length, 1, 40_000));
        using PartitionHarness second = Make(2);
        second.Load(chunks);
        Assert.Equal(atMark, Dump(second));
    }

    [Fact]
    public void AViewDroppedMeanwhileIsStillInTheSnapshot()
    {
        using PartitionHarness first = Make(1);
        first.ApplyOnly(RandomFrames.Make(62, frames: 1).Single());
        first.BeginSnapshot();
        string atMark = Dump(first);
        first.Partitions[0].DropView("v1");
        first.Partitions[0].DropView("v2");
        using PartitionHarness second = Make(1);
        second.Load(first.FinishSnapshot(budgetBytes: 100));
        Assert.Equal(atMark, Dump(second));
    }

    [Fact]
    public void AnAbandonedSnapshotLeavesNothingBehind()
    {
        using PartitionHarness harness = Make(1);
        harness.ApplyOnly(RandomFrames.Make(63, frames: 1).Single());
        harness.BeginSnapshot();
        harness.Partitions[0].AbortSnapshot();
        Assert.False(harness.Partitions[0].IsSnapshotUnderWay);
        harness.BeginSnapshot();
        Assert.NotEmpty(harness.FinishSnapshot());
    }

    [Fact]
    public void ChunksThatDoNotFitAreRefused()
    {
        using PartitionHarness first = Make(1);
        first.ApplyOnly(RandomFrames.Make(64, frames: 1).Single());
        first.BeginSnapshot();
        List<byte[]> chunks = first.FinishSnapshot();
        using PartitionHarness other = new(s_stream, 1);
        other.AddView("v1", "tumbling 10s late 5s by key: count, sum(y)", 1);
        Assert.Throws<InvalidDataException>(() => other.Load(chunks));
        using PartitionHarness cut = Make(1);
        Assert.Throws<InvalidDataException>(() => cut.Load([chunks[0][..^1]]));
        Assert.Throws<InvalidDataException>(() => cut.Load([[1, 2, 3]]));
    }

    private static PartitionHarness Make(int partitions)
    {
        PartitionHarness harness = new(s_stream, partitions);
        harness.AddView("v1", "tumbling 10s late 5s by key: " + Aggregates, 1);
        harness.AddView("v2", "tumbling 7s late 0s over all: " + Aggregates, 2);
        return harness;
    }

    private static string Dump(PartitionHarness harness)
    {
        StreamCounters s = harness.Counters();
        List<string> lines =
        [
            $"{s.Journaled} {s.Prepared} {s.RefusedByRules} {s.Future}",
            .. s.SamplesOf(1).Items.ToArray().Select(sample => sample.ToString()),
        ];
        foreach (string view in new[] { "v1", "v2" })
        {
            ViewCounters v = harness.CountersOf(view);
            lines.Add($"{v.Prepared} {v.Applied} {v.Late} {v.LateOnJoin} {v.LateAfterIdle} {v.WindowContributions}");
        }

        lines.AddRange(harness.Open().Select(r => r.ToString()));
        return string.Join('\n', lines);
    }
}
