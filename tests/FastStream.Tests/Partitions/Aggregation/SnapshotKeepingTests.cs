using System.Buffers;
using System.Buffers.Binary;
using FastStream.Engine.Definitions;
using FastStream.Engine.Partitions;

namespace FastStream.Tests.Partitions.Aggregation;

/// <summary>
/// Goal: whatever order cells are kept in (by frames that change them, by the sweep, by the caller who wants more to
/// write), a snapshot holds each once, as it was at the mark. Method: tables of all kinds, random turns, the rows at the
/// mark against the rows that come back.
/// </summary>
public class SnapshotKeepingTests
{
    // A piece of cells: 8 bytes of head, 29 of the window, u32 cells; then cells of 64 bytes: key, records, values.
    private const int KindOffset = 4;
    private const int CellCountOffset = 37;
    private const int FirstCellOffset = 41;
    private const int CellBytes = 64;
    private static readonly StreamDefinition s_stream = StreamDefinition.Parse("s", "u64 (x, y)");

    [Theory]
    [InlineData(71, "by key: count, sum(x), variance(x)", 3, 0.0)]
    [InlineData(72, "by key: count, sum(x), variance(x)", 3_000, 0.0)] // few cells, in places
    [InlineData(73, "by key: count, min(x), max(x)", 40_000, 0.0)]     // many, behind an index
    [InlineData(74, "by key: count, sum(x), variance(x)", 3_000, 0.2)] // some values absent
    [InlineData(75, "by key: count, sum(x), variance(x)", 40_000, 0.01)]
    [InlineData(76, "by key: count, sum(x), max(y), last(y)", 3_000, 0.1)] // states of two fields
    [InlineData(77, "by key: count, sum(x), max(y), last(y)", 40_000, 0.0)]
    [InlineData(78, "by key: count, p95(x)", 500, 0.1)] // parts elsewhere
    [InlineData(79, "over all: count, sum(x), variance(x)", 3_000, 0.0)]
    [InlineData(80, "by key: count", 40_000, 0.0)]
    [InlineData(81, "by key: count", 7, 0.0)] // cells of a quarter of a line
    [InlineData(82, "by key: count, last(y)", 7, 0.0)]
    [InlineData(83, "by key: count & by key: count, sum(x)", 7, 0.0)] // copies of several sizes behind each other
    [InlineData(84, "by key: count, last(y) & by key: count, sum(x)", 3_000, 0.0)]
    public void CellsAreSavedAsTheyWereAtTheMarkWhateverTurnsFramesAndSavingTake(
        int seed, string view, int keyCount, double absent)
    {
        for (int round = 0; round < 4; round++)
        {
            Random random = new((seed * 10) + round);
            using PartitionHarness first = Make(view, 2);
            first.ApplyOnly(Frame(random, keyCount, absent, 60_000));
            first.BeginSnapshot();
            List<ResultRow> atMark = first.Open();
            using PartitionHarness second = Make(view, 3);
            foreach (byte[] chunk in SaveInTurns(first, random, keyCount, absent))
            {
                Assert.InRange(chunk.Length, 1, 64 << 10);
                second.Load([chunk]);
            }

            Assert.Equal(atMark, second.Open());
            AssertGivesAllBack(first);
            AssertGivesAllBack(second);
        }
    }

    [Theory]
    [InlineData("by key: count, sum(x), variance(x)")]
    [InlineData("by key: count, sum(x), last(y)")]
    [InlineData("by key: count, p95(x)")]
    public void ASnapshotGivenUpHalfwayGivesBackWhatItKept(string view)
    {
        Random random = new(91);
        using PartitionHarness harness = Make(view, 1);
        harness.ApplyOnly(Frame(random, 20_000, absent: 0.01, 60_000));
        for (int snapshot = 0; snapshot < 3; snapshot++)
        {
            harness.BeginSnapshot();
            harness.ApplyOnly(Frame(random, 20_000, absent: 0.01, 5_000));
            harness.Partitions[0].KeepSome(100_000);
            ArrayBufferWriter<byte> chunk = new();
            Assert.True(harness.Partitions[0].SaveNext(chunk, 10_000));
            harness.Partitions[0].AbortSnapshot();
            Assert.Equal(0, harness.Partitions[0].KeptBytes);
        }

        harness.BeginSnapshot();
        List<ResultRow> atMark = harness.Open();
        using PartitionHarness second = Make(view, 2);
        second.Load(harness.FinishSnapshot());
        Assert.Equal(atMark, second.Open());
        AssertGivesAllBack(harness);
    }

    [Fact]
    public void OnceAllCellsAreKeptFramesChangeThemFreelyAndNothingMoreIsKept()
    {
        Random random = new(92);
        using PartitionHarness harness = Make("by key: count, sum(x)", 1);
        StreamPartition partition = harness.Partitions[0];
        harness.ApplyOnly(Frame(random, 30_000, absent: 0, 60_000));
        harness.BeginSnapshot();
        while (partition.KeepSome(50_000))
        {
            // All of it.
        }

        long kept = partition.KeptBytes;
        Assert.Equal(partition.MarkedBytes, kept);
        harness.ApplyOnly(Frame(random, 60_000, absent: 0, 60_000));
        Assert.Equal(kept, partition.KeptBytes);
    }

    [Fact]
    public void SavedCellsThatCannotBeAreRefused()
    {
        AssertRefused(cells => cells[KindOffset] = 9);
        AssertRefused(cells => cells[CellCountOffset]++);
        AssertRefused(cells => BinaryPrimitives.WriteInt32LittleEndian(cells[CellCountOffset..], int.MinValue));
        AssertRefused(cells => BinaryPrimitives.WriteInt64LittleEndian(cells[(FirstCellOffset + 8)..], 0)); // no record
        AssertRefused(cells => cells.Slice(FirstCellOffset, CellBytes).CopyTo(cells[(FirstCellOffset + CellBytes)..]));
    }

    [Fact]
    public void SavedCellsOfAViewOfSeveralFieldsAreRefused() => Assert.Throws<InvalidDataException>(() =>
    {
        byte[] chunk = SaveThree("by key: count, sum(x)");
        using PartitionHarness other = Make("by key: count, sum(x), last(y)", 1);
        other.Load([chunk]);
    });

    private static void AssertRefused(CellsSpoiler spoil)
    {
        byte[] chunk = SaveThree("by key: count, sum(x)");
        spoil(chunk.AsSpan(BinaryPrimitives.ReadInt32LittleEndian(chunk)));
        using PartitionHarness harness = Make("by key: count, sum(x)", 1);
        Assert.Throws<InvalidDataException>(() => harness.Load([chunk]));
        AssertGivesAllBack(harness);
    }

    private static byte[] SaveThree(string view)
    {
        using PartitionHarness harness = Make(view, 1);
        harness.ApplyOnly(new TestFrame([1, 2, 3], [0, 1, 2], [1.5, 2.5, 3.5], [1, 2, 3]));
        harness.BeginSnapshot();
        return Assert.Single(harness.FinishSnapshot());
    }

    private static PartitionHarness Make(string view, int partitions)
    {
        PartitionHarness harness = new(s_stream, partitions);
        int id = 0;
        foreach (string one in view.Split(" & "))
        {
            id++;
            harness.AddView($"v{id}", "tumbling 10s late 0s " + one, id);
        }

        return harness;
    }

    private static void AssertGivesAllBack(PartitionHarness harness)
    {
        foreach (StreamPartition partition in harness.Partitions)
        {
            partition.Dispose();
        }

        Assert.Equal(0, harness.RentedBytes);
    }

    // Three windows; keys are few in some and many in others.
    private static TestFrame Frame(Random random, int keyCount, double absent, int count)
    {
        ulong[] keys = new ulong[count];
        long[] times = new long[count];
        double[] x = new double[count];
        double[] y = new double[count];
        for (int i = 0; i < count; i++)
        {
            long window = random.Next(3);
            keys[i] = (ulong)random.Next(window == 2 ? keyCount : (keyCount / 10) + 1) * 0x9E37_79B9_7F4A_7C15;
            times[i] = (window * 10_000_000_000) + random.NextInt64(10_000_000_000);
            x[i] = random.NextDouble() < absent ? double.NaN : random.Next(-1000, 1001) / 8.0;
            y[i] = random.Next(1000);
        }

        return new TestFrame(keys, times, x, y);
    }

    private static List<byte[]> SaveInTurns(PartitionHarness harness, Random random, int keyCount, double absent)
    {
        List<byte[]> chunks = [];
        ArrayBufferWriter<byte> chunk = new();
        HashSet<StreamPartition> left = [.. harness.Partitions];
        while (left.Count > 0)
        {
            switch (random.Next(8))
            {
                case 0:
                    harness.ApplyOnly(Frame(random, 2 * keyCount, absent, random.Next(1, 3_000)));
                    break;
                case 1:
                    harness.Advance(random.NextInt64(35_000_000_000)); // windows close, and are used again
                    harness.Drain();
                    break;
                case 2 or 3:
                    harness.Partitions[random.Next(2)].KeepSome(random.Next(1, 100_000));
                    break;
                default:
                    StreamPartition partition = left.First();
                    if (!partition.SaveNext(chunk, random.Next(1, 64 << 10)))
                    {
                        left.Remove(partition);
                    }
                    else
                    {
                        chunks.Add(chunk.WrittenSpan.ToArray());
                        chunk.ResetWrittenCount();
                    }

                    break;
            }
        }

        return chunks;
    }

    private delegate void CellsSpoiler(Span<byte> cells);
}
