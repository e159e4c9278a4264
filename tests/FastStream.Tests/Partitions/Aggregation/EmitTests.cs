using FastStream.Engine.Definitions;
using FastStream.Engine.Partitions;

namespace FastStream.Tests.Partitions.Aggregation;

/// <summary>Goal: closes come out in order, in bounded pieces, and may be read before they do.</summary>
public class EmitTests
{
    private const long Second = RandomFrames.Second;
    private static readonly StreamDefinition s_stream = StreamDefinition.Parse("s", "u64 (x)");

    [Fact]
    public void ALargeWindowIsOrderedStepByStepAndComesInSlices()
    {
        using PartitionHarness harness = Make("tumbling 1d late 0s by key: count, sum(x)");
        const int Keys = 150_000;
        foreach (ulong[] keys in Enumerable.Range(0, Keys).Select(k => (ulong)k * 0x9E37_79B9).Chunk(50_000))
        {
            harness.ApplyOnly(new TestFrame(keys, new long[keys.Length], [.. keys.Select(k => (double)k)]));
        }

        StreamPartition partition = harness.Partitions[0];
        Assert.Equal(640, partition.EmittedThrough(640));
        harness.Address = 128;
        harness.Advance(86_400 * Second);
        Assert.Equal(128, partition.EmittedThrough(640));
        ResultSlice slice = new();
        Assert.Equal(EmitStatus.Working, partition.Emit(slice, 1000));
        List<(int Slot, ulong Key)> rows = [];
        int slices = 0;
        bool last = false;
        EmitStatus status;
        while ((status = partition.Emit(slice, 1000)) != EmitStatus.Nothing)
        {
            if (status == EmitStatus.Slice)
            {
                Assert.False(last);
                Assert.InRange(slice.RowCount, 1, 1000);
                Assert.Equal(slices == 0, slice.IsFirst);
                Assert.Equal((7u, 1u, 128L, 0L), (slice.StreamId, slice.ViewId, slice.CauseAddress, slice.WindowStart));
                last = slice.IsLast;
                slices++;
                for (int i = 0; i < slice.RowCount; i++)
                {
                    rows.Add((SlotHash.SlotOf(slice.Keys[i]), slice.Keys[i]));
                    Assert.Equal([slice.Counts[i], slice.Keys[i]], slice.ValuesOf(i).ToArray());
                }
            }
        }

        Assert.True(last);
        Assert.Equal((Keys, 150), (rows.Count, slices));
        Assert.Equal(rows.Order(), rows);
        Assert.Equal(640, partition.EmittedThrough(640));
    }

    [Fact]
    public void RowsComeBySlotThenKeyWhateverTheOrderKeysCameIn()
    {
        using PartitionHarness harness = Make("tumbling 10s late 0s by key: count");
        ulong[] keys = [.. Enumerable.Range(0, 1000).Select(i => (ulong)i)];
        new Random(121).Shuffle(keys);
        harness.ApplyOnly(new TestFrame(keys, new long[keys.Length], new double[keys.Length]));
        harness.MaxRowsPerSlice = 7;
        harness.Advance(10 * Second);
        Assert.Equal(
            keys.OrderBy(k => (SlotHash.SlotOf(k), k)), harness.Drain().Select(r => r.Key));
    }

    [Fact]
    public void AClosedWindowGivesItsRoomBackBeforeItsRowsHaveLeft()
    {
        PartitionLimits limits = new() { MaxKeysPerView = 1 };
        using PartitionHarness harness = new(s_stream, 1, limits);
        harness.AddView("v", "tumbling 10s late 0s by key: count", 1);
        for (int window = 0; window < 3 * limits.MaxCellsPerSlot; window++)
        {
            harness.Apply(new TestFrame([1], [window * 10 * Second], [1]));
        }

        Assert.Equal(0, harness.CountersOf("v").OverLimit);
        harness.ApplyOnly(new TestFrame(
            [.. Enumerable.Repeat(1UL, 20)], [.. Enumerable.Range(1000, 20).Select(w => w * 10 * Second)], [null]));
        Assert.Equal(20 - limits.MaxCellsPerSlot + 1, harness.CountersOf("v").OverLimit);
        Assert.True(harness.CountersOf("v").Balanced);
        Assert.Equal((3 * limits.MaxCellsPerSlot) - 1, harness.Drain().Count);
    }

    [Fact]
    public void ClosesComeByCauseThenViewThenStart()
    {
        using PartitionHarness harness = Make("tumbling 10s late 0s by key: count");
        harness.AddView("w", "tumbling 5s late 0s by key: count", 2);
        harness.ApplyOnly(new TestFrame([1, 1, 1, 1], [0, 6 * Second, 12 * Second, 31 * Second], [1, 1, 1, 1]));
        harness.Advance(20 * Second);
        harness.Advance(40 * Second);
        Assert.Equal(
            [(64, 1, 0), (64, 1, 10), (64, 2, 0), (64, 2, 5), (64, 2, 10), (128, 1, 30), (128, 2, 30)],
            harness.Drain().Select(r => ((int)r.Cause, (int)r.View, (int)(r.Start / Second))));
    }

    [Fact]
    public void OpenAndWaitingWindowsCanBeReadForOneKeyOrAll()
    {
        using PartitionHarness harness = Make("tumbling 10s late 0s by key: count, max(x)");
        harness.ApplyOnly(new TestFrame([1, 2, 1, 2], [0, 1, 12 * Second, 31 * Second], [5, 6, 7, 8]));
        harness.Advance(10 * Second);
        Assert.Equal([5, 6, 7, 8], harness.Open().Select(r => r.Values[1]).Order());
        Assert.Equal(
            [(0, 5.0), (10, 7.0)],
            harness.Open(key: 1).Select(r => ((int)(r.Start / Second), r.Values[1])).Order());
        Assert.Empty(harness.Open(key: 3));
        Assert.Equal(2, harness.Drain().Count);
        Assert.Equal([7, 8], harness.Open().Select(r => r.Values[1]).Order());
    }

    [Fact]
    public void AbsentIsNeverZero()
    {
        using PartitionHarness harness = Make(
            "tumbling 10s late 0s by key: count, count(x), sum(x), min(x), mean(x), p50(x)");
        harness.ApplyOnly(new TestFrame([1, 2], [0, 1], [double.NaN, -0.0]));
        harness.ApplyOnly(new TestFrame([1], [1], [null]));
        Dictionary<ulong, ResultRow> rows = harness.Open().ToDictionary(r => r.Key);
        Assert.Equal([2, 0, double.NaN, double.NaN, double.NaN, double.NaN], rows[1].Values);
        Assert.Equal([1, 1, 0, 0, 0, 0], rows[2].Values);
        Assert.All(rows[2].Values, v => Assert.False(double.IsNegative(v)));
    }

    private static PartitionHarness Make(string view)
    {
        PartitionHarness harness = new(s_stream, 1);
        harness.AddView("v", view, 1);
        return harness;
    }
}
