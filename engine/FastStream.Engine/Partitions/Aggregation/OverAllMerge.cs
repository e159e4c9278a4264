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
    private readonly ByteSink _sink = new();
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
        if (slice.RowCount > 0 && (long)slice.Keys[0] <= _lastSlot)
        {
            throw new InvalidOperationException($"Slot {slice.Keys[0]} came after slot {_lastSlot}.");
        }

        AddRest(slice);
    }

    /// <summary>Adds those slots of a partial slice that lie above all that were added.</summary>
    public void AddRest(ResultSlice slice)
    {
        ByteSource source = new(slice.Partials);
        for (int row = 0; row < slice.RowCount; row++)
        {
            long slot = (long)slice.Keys[row];
            if (slot >= SlotHash.SlotCount || (row > 0 && slot <= (long)slice.Keys[row - 1]))
            {
                throw new InvalidOperationException($"Slot {slot} is out of order in its slice.");
            }

            _plan.InitCell(_slot, (ulong)slot);
            _plan.ReadCell(_slot, ref source, _heap);
            if (slot > _lastSlot)
            {
                _plan.MergeCell(_total, _slot, _heap);
                _lastSlot = slot;
            }

            _plan.ReleaseCell(_slot, _heap);
        }
    }

    /// <summary>
    /// Writes what was merged since <see cref="Begin"/> into a described partial slice; false when that is nothing.
    /// </summary>
    public bool TrySave(ResultSlice slice)
    {
        if (_lastSlot < 0)
        {
            return false;
        }

        _sink.Clear();
        _plan.WriteCell(_total, _sink);
        slice.IsPartial = true;
        slice.IsMerged = true;
        slice.RowCount = 1;
        slice.Keys[0] = (ulong)_lastSlot;
        slice.Counts[0] = ((CellHead*)_total)->RecordCount;
        slice.AppendPartial(_sink.Written);
        return true;
    }

    /// <summary>Starts a window from where <see cref="TrySave"/> left it: the rest gives the same bits.</summary>
    public void Resume(ResultSlice saved)
    {
        Begin();
        ByteSource source = new(saved.Partials);
        _plan.ReadCell(_total, ref source, _heap);
        _lastSlot = (long)saved.Keys[0];
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
