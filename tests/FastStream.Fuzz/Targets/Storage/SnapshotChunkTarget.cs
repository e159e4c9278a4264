using System.Buffers;
using FastStream.Engine.Definitions;
using FastStream.Engine.Partitions;

namespace FastStream.Fuzz.Targets.Storage;

/// <summary>
/// A partition's chunk of a snapshot: counters, rows, sketches. What one partition saves, another loads and saves again as
/// the same; whatever else comes is refused, and the memory of the partition is all given back.
/// </summary>
internal sealed unsafe class SnapshotChunkTarget : FuzzTarget
{
    private const int MaxRecords = 64;
    private static readonly StreamDefinition s_stream = StreamDefinition.Parse("s", "u64 (x, y) rules: required x");

    private readonly PartitionMemory _memory = new();
    private readonly PartitionLimits _limits = new() { MaxKeysPerView = 10_000, MaxOpenWindowsPerView = 100 };
    private readonly ArrayBufferWriter<byte> _chunk = new();
    private readonly GuardedMemory _columns = new(8 * MaxRecords * sizeof(long));

    public override string Name => "snapshot-chunk";

    public override int Weight => 5;

    public override void Generate(FuzzRandom random, InputBuffer input)
    {
        using StreamPartition partition = Create();
        Fill(partition, random);
        Save(partition, input);
    }

    public override bool Run(ReadOnlySpan<byte> input)
    {
        using StreamPartition partition = Create();
        try
        {
            partition.Load(input);
        }
        catch (InvalidDataException)
        {
            return false;
        }

        // What was loaded must be there for queries, for closing, and for the next snapshot.
        ResultSlice slice = new();
        partition.CollectOpen("by-key", null, long.MinValue, long.MaxValue, slice, static _ => { });
        partition.BeginSnapshot(128);
        _chunk.ResetWrittenCount();
        while (partition.SaveNext(_chunk, 64 << 10))
        {
            // Everything is taken.
        }

        using StreamPartition second = Create();
        second.Load(_chunk.WrittenSpan);
        Require(second.Counters.Journaled == partition.Counters.Journaled, "a snapshot of a snapshot has other counters");
        partition.Advance(256, long.MaxValue);
        while (partition.Emit(slice, 512) != EmitStatus.Nothing)
        {
            slice = new ResultSlice();
        }

        return true;
    }

    public override long AllocationLimit(int inputBytes) => (1 << 20) + (200L * inputBytes);

    public override string? FindLeak() =>
        _memory.Heap.RentedBytes == 0 ? null : $"{_memory.Heap.RentedBytes} bytes of the partition's heap";

    protected override void Release()
    {
        _columns.Dispose();
        _memory.Dispose();
    }

    private StreamPartition Create()
    {
        StreamPartition partition = new(7, s_stream, SlotRange.All, _limits, _memory);
        partition.AddView(View("by-key", "tumbling 1h by key: count, sum(x), variance(x), first(x), last(y), p95(x)", 1), 64);
        partition.AddView(View("all", "tumbling 1m over all: count, max(y), p50(y)", 2), 64);
        partition.AddView(View("cells", "tumbling 1h by key: count, sum(y), variance(y)", 3), 64);
        return partition;
    }

    private static ViewDefinition View(string name, string text, int id) => ViewDefinition.Parse("s", name, text) with { Id = id };

    private void Save(StreamPartition partition, InputBuffer input)
    {
        partition.BeginSnapshot(64);
        _chunk.ResetWrittenCount();
        while (partition.SaveNext(_chunk, 64 << 10))
        {
            // Everything is taken.
        }

        input.Append(_chunk.WrittenSpan);
    }

    private void Fill(StreamPartition partition, FuzzRandom random)
    {
        int count = 1 + random.Skewed(MaxRecords - 1);
        Span<byte> block = _columns.Take(4 * MaxRecords * sizeof(long), atEnd: true);
        fixed (byte* bytes = block)
        {
            long* times = (long*)bytes;
            ulong* keys = (ulong*)(times + MaxRecords);
            double* x = (double*)(keys + MaxRecords);
            double* y = x + MaxRecords;
            double** fields = stackalloc double*[] { x, y };
            ushort[] rows = new ushort[count];
            for (int i = 0; i < count; i++)
            {
                times[i] = 1_577_836_800_000_000_000 + (random.Below(7200) * 1_000_000_000L);
                keys[i] = (ulong)random.Below(20) * 0x9E37_79B9_7F4A_7C15;
                x[i] = random.OneIn(10) ? double.NaN : random.Below(1000) / 8.0;
                y[i] = random.Below(1000);
                rows[i] = (ushort)i;
            }

            FrameColumns columns = new()
            {
                Count = count,
                Times = times,
                Keys = keys,
                Fields = fields,
                FieldCount = 2,
                MinTime = times[0],
                MaxTime = times[0] + 7_200_000_000_000,
            };
            columns = columns with { MinTime = Min(times, count), MaxTime = Max(times, count) };
            FrameContext frame = new()
            {
                Address = 64,
                ArrivalNs = long.MaxValue / 2,
                FutureLimitNs = long.MaxValue / 2,
                ProgressBefore = long.MinValue,
                WatermarkBefore = long.MinValue,
            };
            FrameOutcome outcome = default;
            partition.Apply(frame, columns, rows, ref outcome);
            if (random.OneIn(3))
            {
                partition.Advance(64, Min(times, count) + 3_600_000_000_000);
            }
        }
    }

    private static long Min(long* times, int count)
    {
        long min = long.MaxValue;
        for (int i = 0; i < count; i++)
        {
            min = Math.Min(min, times[i]);
        }

        return min;
    }

    private static long Max(long* times, int count)
    {
        long max = long.MinValue;
        for (int i = 0; i < count; i++)
        {
            max = Math.Max(max, times[i]);
        }

        return max;
    }
}
