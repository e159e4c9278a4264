using FastStream.Engine.Partitions;

namespace FastStream.Microbenchmarks.Aggregation;

/// <summary>A decoded frame of one field, as a partition and the rivals read it.</summary>
internal sealed unsafe class AggregateFrame : IDisposable
{
    private readonly AlignedMemory _memory = new((3 * Records.PerFrame * sizeof(long)) + 64);

    public AggregateFrame(Records records, bool hasOneKey)
    {
        Keys = (ulong*)_memory.Pointer;
        Values = (double*)(_memory.Pointer + (2 * Records.PerFrame * sizeof(long)));
        long* times = (long*)(_memory.Pointer + (Records.PerFrame * sizeof(long)));
        double** fields = (double**)(_memory.Pointer + (3 * Records.PerFrame * sizeof(long)));
        records.Keys.CopyTo(new Span<ulong>(Keys, Records.PerFrame));
        records.Times.CopyTo(new Span<long>(times, Records.PerFrame));
        records.Values.CopyTo(new Span<double>(Values, Records.PerFrame));
        fields[0] = Values;
        Columns = new FrameColumns
        {
            Count = Records.PerFrame,
            Keys = Keys,
            Times = times,
            Fields = fields,
            FieldCount = 1,
            MinTime = times[0],
            MaxTime = times[Records.PerFrame - 1],
            TimesAscending = true,
            HasOneKey = hasOneKey,
        };
    }

    public ulong* Keys { get; }

    public double* Values { get; }

    public FrameColumns Columns { get; }

    public void Dispose() => _memory.Dispose();

    /// <summary>The window test, hoisted out of the loop by the rivals too: one look at the frame's ends.</summary>
    public void RequireOneWindow()
    {
        if (Columns.MinTime < Records.WindowStartNs || Columns.MaxTime >= Records.WindowStartNs + Records.WindowNs)
        {
            throw new NotSupportedException("The rivals take frames of one window only.");
        }
    }
}
