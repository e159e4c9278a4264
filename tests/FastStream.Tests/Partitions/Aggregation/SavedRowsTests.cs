using System.Buffers.Binary;
using FastStream.Engine.Definitions;
using FastStream.Engine.Partitions;
using FastStream.Engine.Partitions.Aggregation;
using FastStream.Engine.Partitions.Aggregation.States;

namespace FastStream.Tests.Partitions.Aggregation;

/// <summary>
/// Saved rows that cannot be are refused when they are loaded, not when somebody asks; and what was rented on the way is
/// given back.
/// </summary>
public sealed unsafe class SavedRowsTests
{
    // A sketch: i32 buckets, i32 level, i64 total, f64 min, f64 max, then the buckets.
    private const int TotalOffset = 8;
    private const int MinOffset = 16;
    private const int BucketsOffset = 32;

    // Rows of a piece: 8 bytes of head, u32 view, then the window's number; the first key stands behind 41 bytes.
    private const int WindowOffset = 12;
    private const int FirstKeyOffset = 41;

    [Fact]
    public void ASketchWhoseBucketsDoNotAddUpIsRefused()
    {
        AssertRefused(bytes => bytes[TotalOffset]++);
        AssertRefused(bytes => bytes[BucketsOffset]++);
    }

    [Fact]
    public void ASketchWithBucketsOutOfOrderOrOutOfRangeIsRefused()
    {
        AssertRefused(bytes => bytes.AsSpan(BucketsOffset, 8).Reverse());
        AssertRefused(bytes =>
        {
            Span<byte> buckets = bytes.AsSpan(BucketsOffset);
            ulong first = BinaryPrimitives.ReadUInt64LittleEndian(buckets);
            BinaryPrimitives.WriteUInt64LittleEndian(buckets, BinaryPrimitives.ReadUInt64LittleEndian(buckets[8..]));
            BinaryPrimitives.WriteUInt64LittleEndian(buckets[8..], first);
        });
        AssertRefused(bytes => bytes.AsSpan(BucketsOffset + 7, 1).Fill(0xFF));
    }

    [Fact]
    public void ASketchWhoseLeastValueIsAboveItsLargestOrNoNumberIsRefused()
    {
        AssertRefused(bytes => BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(MinOffset), 1e300));
        AssertRefused(bytes => BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(MinOffset), double.NaN));
    }

    [Theory]
    [InlineData(256)]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 32)]
    public void ARowOverAllKeysOfASlotThatIsNotThereIsRefused(ulong slot) =>
        AssertChunkRefused("over all", chunk => BinaryPrimitives.WriteUInt64LittleEndian(RowsOf(chunk)[FirstKeyOffset..], slot));

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(3_000_000)]
    public void AWindowBeyondAllTimesIsRefused(long window) =>
        AssertChunkRefused("by key", chunk => BinaryPrimitives.WriteInt64LittleEndian(RowsOf(chunk)[WindowOffset..], window));

    [Fact]
    public void RowsCutAnywhereGiveBackWhatTheyRented()
    {
        byte[] chunk = Save("by key");
        for (int cut = 9; cut < chunk.Length; cut += 3)
        {
            // The piece that is cut says its new length, so that its content is what is wrong.
            byte[] shorter = chunk[..cut];
            int at = 0;
            while (at + BinaryPrimitives.ReadInt32LittleEndian(chunk.AsSpan(at)) < cut)
            {
                at += BinaryPrimitives.ReadInt32LittleEndian(chunk.AsSpan(at));
            }

            if (cut - at >= 8)
            {
                BinaryPrimitives.WriteInt32LittleEndian(shorter.AsSpan(at), cut - at);
                AssertLoadRefused("by key", shorter);
            }
        }
    }

    private static Span<byte> RowsOf(byte[] chunk) => chunk.AsSpan(BinaryPrimitives.ReadInt32LittleEndian(chunk));

    private static void AssertRefused(Action<byte[]> spoil)
    {
        using PartitionHeap heap = new();
        SketchBlock* sketch = null;
        for (int value = 1; value <= 20; value++)
        {
            sketch = QuantileSketch.Add(sketch, value, heap);
        }

        ByteSink sink = new();
        QuantileSketch.Write(sketch, sink);
        QuantileSketch.Release(sketch, heap);
        byte[] bytes = sink.Written.ToArray();
        spoil(bytes);
        Assert.Throws<InvalidDataException>(() => Read(bytes, heap));
        Assert.Equal(0, heap.RentedBytes);
    }

    private static void Read(byte[] bytes, PartitionHeap heap)
    {
        ByteSource source = new(bytes);
        QuantileSketch.Read(ref source, heap);
    }

    private static void AssertChunkRefused(string group, Action<byte[]> spoil)
    {
        byte[] chunk = Save(group);
        spoil(chunk);
        AssertLoadRefused(group, chunk);
    }

    private static void AssertLoadRefused(string group, byte[] chunk)
    {
        using PartitionMemory memory = new();
        using (StreamPartition partition = Create(group, memory))
        {
            Assert.Throws<InvalidDataException>(() => partition.Load(chunk));
        }

        Assert.Equal(0, memory.Heap.RentedBytes);
    }

    private static byte[] Save(string group)
    {
        using PartitionHarness harness = new(Stream, 1);
        harness.AddView("v", Text(group), 1);
        harness.ApplyOnly(new TestFrame([1, 2, 3], [0, 1, 2], [1.5, 2.5, 3.5]));
        harness.BeginSnapshot();
        return Assert.Single(harness.FinishSnapshot());
    }

    private static StreamDefinition Stream => StreamDefinition.Parse("s", "u64 (x)");

    private static string Text(string group) => $"tumbling 1h {group}: count, sum(x), p95(x)";

    private static StreamPartition Create(string group, PartitionMemory memory)
    {
        StreamPartition partition = new(7, Stream, SlotRange.All, new PartitionLimits(), memory);
        partition.AddView(ViewDefinition.Parse("s", "v", Text(group)) with { Id = 1 }, 64);
        return partition;
    }
}
