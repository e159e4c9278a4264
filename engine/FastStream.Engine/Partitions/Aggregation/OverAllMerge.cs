using FastStream.Engine.Definitions;

namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>
/// Merges the slots of one window of a view over all keys into its row, always in slot order, so that the bits do
/// not depend on the number of partitions. One instance a view; not thread-safe.
/// </summary>
internal sealed unsafe class OverAllMerge : IDisposable
{
    private readonly ViewPlan _plan;
    private readonly PartitionHeap _heap = new();
    private readonly byte* _total;
    private readonly byte* _slot;
    private long _lastSlot;

    /// <param name="view">The view, grouped over all.</param>
    /// <param name="stream">Its stream.</param>
    public OverAllMerge(ViewDefinition view, StreamDefinition stream)
    {
        _plan = new ViewPlan(view, stream);
        int log2 = PartitionHeap.Log2For(_plan.CellBytes);
        _total = _heap.Rent(log2);
        _slot = _heap.Rent(log2);
        _plan.InitCell(_total, 0);
        _plan.InitCell(_slot, 0);
        Begin();
    }

    /// <summary>Aggregates of the view.</summary>
    public int ValueCount => _plan.ValueCount;

    /// <summary>Starts a window.</summary>
    public void Begin()
    {
        _plan.ReleaseCell(_total, _heap);
        _plan.InitCell(_total, 0);
        _lastSlot = -1;
    }

    /// <summary>Adds the slots of a partial slice; slots must rise over all calls since <see cref="Begin"/>.</summary>
    public void Add(ResultSlice slice)
    {
        ByteSource source = new(slice.Partials);
        for (int row = 0; row < slice.RowCount; row++)
        {
            long slot = (long)slice.Keys[row];
            if (slot <= _lastSlot || slot >= SlotHash.SlotCount)
            {
                throw new InvalidOperationException($"Slot {slot} came after slot {_lastSlot}.");
            }

            _lastSlot = slot;
            _plan.InitCell(_slot, (ulong)slot);
            _plan.ReadCell(_slot, ref source, _heap);
            _plan.MergeCell(_total, _slot, _heap);
            _plan.ReleaseCell(_slot, _heap);
        }
    }

    /// <summary>Ends the window: gives its record count and fills in its values.</summary>
    public long Finish(Span<double> values)
    {
        _plan.Evaluate(_total, values);
        return ((CellHead*)_total)->RecordCount;
    }

    /// <inheritdoc/>
    public void Dispose() => _heap.Dispose();
}
