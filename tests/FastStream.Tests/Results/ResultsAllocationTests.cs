using FastStream.Engine.Monitoring;
using FastStream.Engine.Partitions;
using FastStream.Engine.Results;
using FastStream.Tests.Allocation;

namespace FastStream.Tests.Results;

/// <summary>
/// Goal: the results thread allocates nothing for a row or an entry. Method: a log that keeps nothing, a warm stage;
/// the index has room for the entries measured (it doubles now and then, which is the state growing).
/// </summary>
public sealed class ResultsAllocationTests
{
    private const int RowsPerSlice = 300;

    [Fact]
    public void ClosedWindowsPassWithoutAllocation()
    {
        using ForgetfulLog log = new();
        Queue<ResultSlice> free = new([CreateSlice(0), CreateSlice(1)]);
        using ResultsStage stage = new(
            log,
            partitionCount: 2,
            new ResultsOptions(),
            new EngineCounters().AddSet("results"),
            TimeProvider.System,
            (_, slice) => free.Enqueue(slice));
        stage.Catalog.Set(ResultsHarness.CreateView(1));
        stage.Open(0);
        Assert.True(stage.TryCompleteReplay(0));
        long rows = 0;
        using IDisposable handler = stage.Gate.Subscribe(
            ResultsHarness.CreateView(1), ResultLevel.Durable, piece => rows += piece.Keys.Length, null);

        // Two entries a window: from 1,040 to at most 2,000 of the index's 2,048 places.
        int cause = 1;
        Turn(520);
        Assert.Equal(0, SteadyState.AllocatedBytes(() => Turn(80)));
        Assert.Equal((cause - 1) * 2 * RowsPerSlice, rows);

        void Turn(int windows)
        {
            Pass(stage, free, cause, windows);
            cause += windows;
        }
    }

    private static void Pass(ResultsStage stage, Queue<ResultSlice> free, int fromCause, int windows)
    {
        for (int cause = fromCause; cause < fromCause + windows; cause++)
        {
            for (int partition = 0; partition < 2; partition++)
            {
                ResultSlice slice = free.Dequeue();
                (slice.CauseAddress, slice.WindowStart, slice.WindowEnd) = (cause, cause * 10L, (cause + 1) * 10L);
                stage.Add(partition, slice);
                stage.SetEmittedBelow(partition, cause + 1);
            }

            while (stage.Turn(long.MaxValue, cause))
            {
            }
        }
    }

    private static ResultSlice CreateSlice(int partition)
    {
        var slice = new ResultSlice();
        slice.Reset(RowsPerSlice, 3);
        (slice.StreamId, slice.ViewId, slice.IsFirst, slice.IsLast) = (ResultsHarness.StreamId, 1, true, true);
        IEnumerable<ulong> keys = Enumerable.Range(0, 4 * RowsPerSlice)
            .Select(key => (ulong)key)
            .Where(key => SlotHash.PartitionOf(SlotHash.SlotOf(key), 2) == partition)
            .Take(RowsPerSlice)
            .OrderBy(SlotHash.SlotOf)
            .ThenBy(key => key);
        foreach (ulong key in keys)
        {
            slice.Keys[slice.RowCount] = key;
            slice.Counts[slice.RowCount] = 1;
            slice.RowCount++;
        }

        return slice;
    }
}
