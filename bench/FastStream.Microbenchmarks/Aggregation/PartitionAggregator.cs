using FastStream.Engine.Definitions;
using FastStream.Engine.Partitions;

namespace FastStream.Microbenchmarks.Aggregation;

/// <summary>The engine's own: a stream's partition with one tumbling view of a second.</summary>
internal sealed class PartitionAggregator : IAggregator
{
    private readonly PartitionMemory _memory = new();
    private readonly StreamPartition _partition;
    private readonly ushort[] _rows = new ushort[Records.PerFrame];

    public PartitionAggregator()
    {
        StreamDefinition stream = StreamDefinition.Parse("s", "u64 (value)");
        _partition = new StreamPartition(1, stream, SlotRange.All, new PartitionLimits(), _memory);
        ViewDefinition view = ViewDefinition.Parse(
            "s", "v", "tumbling 1s by key: count, sum(value), min(value), max(value), variance(value)");
        _partition.AddView(view with { Id = 1 }, address: 64);
        for (int i = 0; i < _rows.Length; i++)
        {
            _rows[i] = (ushort)i;
        }
    }

    public void Apply(AggregateFrame frame)
    {
        FrameContext context = new()
        {
            Address = 128,
            FutureLimitNs = long.MaxValue,
            ProgressBefore = long.MinValue,
            WatermarkBefore = long.MinValue,
        };
        FrameOutcome outcome = default;
        _partition.Apply(context, frame.Columns, _rows, ref outcome);
    }

    public Dictionary<ulong, AggregateRow> Close()
    {
        _partition.Advance(192, Records.WindowStartNs + (10 * Records.WindowNs));
        ResultSlice slice = new();
        Dictionary<ulong, AggregateRow> rows = [];
        EmitStatus status;
        while ((status = _partition.Emit(slice, 512)) != EmitStatus.Nothing)
        {
            for (int row = 0; status == EmitStatus.Slice && row < slice.RowCount; row++)
            {
                Span<double> values = slice.ValuesOf(row);
                rows.Add(slice.Keys[row], new AggregateRow(
                    slice.Counts[row], values[1], values[2], values[3], values[4]));
            }
        }

        return rows;
    }

    public void Dispose()
    {
        _partition.Dispose();
        _memory.Dispose();
    }
}
