using FastStream.Engine.Definitions;
using FastStream.Engine.Partitions;
using FastStream.Tests.Allocation;

namespace FastStream.Tests.Partitions.Aggregation;

/// <summary>Goal: applying, closing and emitting allocate nothing once warm.</summary>
public class AllocationTests
{
    [Fact]
    public void TheSteadyStateAllocatesNothing()
    {
        StreamDefinition stream = StreamDefinition.Parse("s", "u64 (x) rules: range x -1e9..1e9; scale x by 2 plus 1");
        using PartitionHarness harness = new(stream, 1);
        harness.AddView("v1", "tumbling 1s late 1s where x > 0 by key: count, sum(x), stddev(x), first(x), p95(x)", 1);
        harness.AddView("v2", "tumbling 1s late 0s over all: count, mean(x), p50(x)", 2);
        const int Records = 4000;
        Random random = new(71);
        TestFrame frame = new(
            [.. Enumerable.Range(0, Records).Select(_ => (ulong)random.Next(500))],
            [.. Enumerable.Range(0, Records).Select(i => i * 1_000_000L)],
            [.. Enumerable.Range(0, Records).Select(_ => (double)random.Next(-1000, 1000))]);
        FrameColumns columns = harness.Lay(frame);
        ushort[] rows = harness.RowsOf(frame, 0).ToArray();
        ResultSlice slice = new();
        slice.Reset(256, 8);
        long emitted = 0;

        // Warm long enough for every list, pool and tier; then no byte more.
        int turn = 0;
        Assert.Equal(0, SteadyState.AllocatedBytes(() =>
        {
            Loop(harness.Partitions[0], columns, rows, slice, turn, turn + 60, ref emitted);
            turn += 60;
        }));
        Assert.True(emitted > 10_000);
    }

    private static unsafe void Loop(
        StreamPartition partition, FrameColumns columns, ushort[] rows, ResultSlice slice, int from, int to,
        ref long emitted)
    {
        for (int turn = from; turn < to; turn++)
        {
            // Same records, four seconds later: the frame's own columns are moved on in place.
            for (int i = 0; i < columns.Count; i++)
            {
                columns.Times[i] = (turn * 4_000_000_000L) + (i * 1_000_000L);
            }

            FrameContext context = new()
            {
                Address = turn * 64,
                FutureLimitNs = long.MaxValue,
                ProgressBefore = (turn * 4_000_000_000L) - 1,
                WatermarkBefore = (turn * 4_000_000_000L) - 1,
            };
            FrameColumns moved = new()
            {
                Count = columns.Count,
                Times = columns.Times,
                Keys = columns.Keys,
                Fields = columns.Fields,
                FieldCount = columns.FieldCount,
                MinTime = columns.Times[0],
                MaxTime = columns.Times[columns.Count - 1],
                TimesAscending = true,
            };
            FrameOutcome outcome = default;
            partition.Apply(context, moved, rows, ref outcome);
            partition.Advance(turn * 64, moved.MaxTime);
            while (partition.Emit(slice, 256) != EmitStatus.Nothing)
            {
                emitted += slice.RowCount;
            }
        }
    }
}
