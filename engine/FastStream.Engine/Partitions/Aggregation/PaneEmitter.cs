namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>
/// Gives the rows of one window in order of (slot, key), a bounded piece at a time: first the cells are spread by
/// slot (a counting sort over counts that the table keeps), then each slot is sorted by key when its turn comes.
/// </summary>
internal sealed unsafe class PaneEmitter(PartitionHeap heap)
{
    private const int CellsPerStep = 65_536;
    private const int MaxPartialBytes = 256 * 1024;
    private readonly int[] _ends = new int[SlotHash.SlotCount];
    private readonly ByteSink _sink = new();
    private Pane? _pane;
    private uint* _order;
    private int _orderLog2;
    private ulong* _keys;
    private int _keysLog2;
    private int _spread;
    private int _slot;
    private int _slotBegin;
    private int _row;

    /// <summary>True between the first piece of a window and its last.</summary>
    public bool IsBusy => _pane is not null;

    /// <summary>Takes on a window with at least one cell.</summary>
    public void Start(Pane pane)
    {
        _pane = pane;
        CellTable table = pane.Table;
        _orderLog2 = PartitionHeap.Log2For((long)table.Count * sizeof(uint));
        _order = (uint*)heap.Rent(_orderLog2);
        uint largest = 0;
        int sum = 0;
        for (int slot = 0; slot < SlotHash.SlotCount; slot++)
        {
            // Spreading moves each slot's place from its begin to its end.
            _ends[slot] = sum;
            sum += (int)table.CellsBySlot[slot];
            largest = Math.Max(largest, table.CellsBySlot[slot]);
        }

        _keysLog2 = PartitionHeap.Log2For((long)largest * sizeof(ulong));
        _keys = (ulong*)heap.Rent(_keysLog2);
        (_spread, _slot, _slotBegin, _row) = (0, -1, 0, 0);
    }

    /// <summary>Fills the slice with the next rows. After the last piece the emitter is free again.</summary>
    public EmitStatus Next(ResultSlice slice, int maxRows)
    {
        Pane pane = _pane!;
        if (_spread < pane.Table.Count && !Spread(pane))
        {
            return EmitStatus.Working;
        }

        Describe(slice, pane, maxRows);
        slice.IsFirst = _row == 0;
        while (slice.RowCount < maxRows && _row < pane.Table.Count && slice.PartialBytes < MaxPartialBytes)
        {
            if (_slot < 0 || _row == _ends[_slot])
            {
                SortNextSlot(pane);
            }

            AppendRow(slice, pane, pane.Table.Read((int)_order[_row]), _sink);
            _row++;
        }

        if (_row == pane.Table.Count)
        {
            slice.IsLast = true;
            Stop();
        }

        return EmitStatus.Slice;
    }

    /// <summary>Gives up the window in hand.</summary>
    public void Stop()
    {
        if (_pane is not null)
        {
            heap.Return((byte*)_order, _orderLog2);
            heap.Return((byte*)_keys, _keysLog2);
            _pane = null;
        }
    }

    /// <summary>Makes the slice one of this window, empty.</summary>
    public static void Describe(ResultSlice slice, Pane pane, int maxRows)
    {
        ViewPlan plan = pane.View.Plan;
        slice.Reset(maxRows, plan.ValueCount);
        slice.ViewId = pane.View.Id;
        slice.CauseAddress = pane.CauseAddress;
        slice.WindowStart = pane.Start;
        slice.WindowEnd = pane.End;
        slice.Revision = 0;
        slice.IsPartial = plan.KeysAreSlots;
    }

    /// <summary>Adds a cell's row, or for a view over all keys its states.</summary>
    public static void AppendRow(ResultSlice slice, Pane pane, byte* cell, ByteSink sink)
    {
        int row = slice.RowCount++;
        slice.Keys[row] = ((CellHead*)cell)->Key;
        slice.Counts[row] = ((CellHead*)cell)->RecordCount;
        if (slice.IsPartial)
        {
            sink.Clear();
            pane.View.Plan.WriteCell(cell, sink);
            slice.AppendPartial(sink.Written);
        }
        else
        {
            pane.View.Plan.Evaluate(cell, slice.ValuesOf(row));
        }
    }

    private bool Spread(Pane pane)
    {
        CellTable table = pane.Table;
        bool keysAreSlots = pane.View.Plan.KeysAreSlots;
        int end = Math.Min(table.Count, _spread + CellsPerStep);
        for (; _spread < end; _spread++)
        {
            ulong key = table.KeyAt(_spread);
            int slot = keysAreSlots ? (int)key : SlotHash.SlotOf(key);
            _order[_ends[slot]++] = (uint)_spread;
        }

        return _spread == table.Count;
    }

    private void SortNextSlot(Pane pane)
    {
        do
        {
            _slot++;
            _slotBegin = _row;
        }
        while (_ends[_slot] == _slotBegin);

        int count = _ends[_slot] - _slotBegin;
        for (int i = 0; i < count; i++)
        {
            _keys[i] = pane.Table.KeyAt((int)_order[_slotBegin + i]);
        }

        new Span<ulong>(_keys, count).Sort(new Span<uint>(_order + _slotBegin, count));
    }
}
