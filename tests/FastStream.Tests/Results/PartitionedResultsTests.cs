using FastStream.Engine.Definitions;
using FastStream.Engine.Monitoring;
using FastStream.Engine.Partitions;
using FastStream.Engine.Results;
using FastStream.Engine.Serving;
using FastStream.TestKit.Journal;
using FastStream.Tests.Partitions;

namespace FastStream.Tests.Results;

/// <summary>
/// Goal: with real partitions too, the bytes of the results log are the same for every partition count, per key and
/// over all. Method: random frames through P partitions, what they emit through the results stage.
/// </summary>
public sealed class PartitionedResultsTests
{
    private const uint StreamId = 7; // the partition harness's

    private static readonly StreamDefinition s_stream = StreamDefinition.Parse("s", "u64 (x, y)");

    private static readonly string[] s_views =
    [
        "tumbling 10s late 5s by key: count, sum(x), variance(x), p95(y)",
        "tumbling 7s late 0s over all: count, sum(x), mean(y), stddev(x), p50(x), first(y), last(y)",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void TheResultsLogOfRealPartitionsIsTheSameForEveryPartitionCount(int seed)
    {
        List<string> first = Run(seed, partitionCount: 1);
        Assert.NotEmpty(first);
        foreach (int partitionCount in new[] { 2, 3, 8 })
        {
            Assert.Equal(first, Run(seed, partitionCount));
        }
    }

    [Fact]
    public void AnOpenWindowOverAllIsMergedFromItsSlotsEachOnce()
    {
        using PartitionHarness partitions = new(s_stream, 3);
        partitions.AddView("v1", s_views[1], 1);
        partitions.Await("a", "b");
        foreach (TestFrame frame in RandomFrames.Make(9, frames: 3))
        {
            partitions.ApplyOnly(frame);
        }

        ViewDefinition definition = ViewDefinition.Parse("s", "v1", s_views[1]) with { Id = 1 };
        ResultsView view = new(StreamId, s_stream, definition, null);
        WindowQuery query = new() { Stream = "s", View = "v1", IncludeOpen = true };
        WindowRowCollector collector = new(view, query, key: null);
        ResultSlice slice = new();
        for (int time = 0; time < 2; time++) // as when shares move to the merger while they are gathered
        {
            foreach (StreamPartition partition in partitions.Partitions)
            {
                partition.CollectOpen("v1", null, long.MinValue, long.MaxValue, slice, s => collector.AddOpen(s, 0));
            }
        }

        List<ResultRow> expected = partitions.Open();
        WindowAnswer answer = collector.Complete(false);
        Assert.Equal(expected.Select(r => (r.Start, r.Count)), answer.Rows.Select(r => (r.StartNs, r.Count)));
        Assert.Equal(
            expected.Select(r => string.Join(' ', r.Values)), answer.Rows.Select(r => string.Join(' ', r.Values)));
    }

    private static List<string> Run(int seed, int partitionCount)
    {
        using PartitionHarness partitions = new(s_stream, partitionCount);
        SimulatedDisk disk = new();
        using SimulatedLog log = new(disk, "results", 1 << 20);
        Stack<ResultSlice> free = [];
        using ResultsStage stage = new(
            log,
            partitionCount,
            new ResultsOptions(),
            new EngineCounters().AddSet("results"),
            TimeProvider.System,
            (_, slice) => free.Push(slice));
        for (int i = 0; i < s_views.Length; i++)
        {
            ViewDefinition view = ViewDefinition.Parse("s", $"v{i}", s_views[i]) with { Id = i + 1 };
            partitions.AddView(view.Name, s_views[i], view.Id);
            stage.Catalog.Set(new ResultsView(StreamId, s_stream, view, null));
        }

        stage.Open(0);
        Assert.True(stage.TryCompleteReplay(0));
        partitions.Await("a", "b");
        Random random = new(seed * 31 + partitionCount);
        foreach (TestFrame frame in RandomFrames.Make(seed))
        {
            partitions.Apply(frame);
            foreach (int partition in Enumerable.Range(0, partitionCount).OrderBy(_ => random.Next()))
            {
                Emit(partitions, stage, partition, free, random.Next(1, 700));
            }
        }

        return [.. ResultsHarness.Read(disk).Select(e => e.Text)];
    }

    private static void Emit(
        PartitionHarness partitions, ResultsStage stage, int partition, Stack<ResultSlice> free, int maxRows)
    {
        while (true)
        {
            ResultSlice slice = free.TryPop(out ResultSlice? used) ? used : new ResultSlice();
            EmitStatus status = partitions.Partitions[partition].Emit(slice, maxRows);
            if (status == EmitStatus.Nothing)
            {
                break;
            }

            if (status == EmitStatus.Slice)
            {
                stage.Add(partition, slice);
                while (stage.Turn(long.MaxValue, 1))
                {
                }
            }
        }

        stage.SetEmittedBelow(partition, partitions.Partitions[partition].EmittedThrough(partitions.Address));
        while (stage.Turn(long.MaxValue, 1))
        {
        }
    }
}
