using System.Diagnostics;
using FastStream.Engine.Definitions;
using FastStream.Engine.Partitions.Aggregation.Kernels;
using FastStream.Engine.Partitions.Preparation;

namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>
/// A view at work in one partition: its open windows, counters and room. Owned by the partition's thread.
/// </summary>
/// <remarks>
/// Invariants: open windows are sorted by number, without two of one number; none has end + lateness at or below the
/// watermark of the last <see cref="Close"/>.
/// </remarks>
internal sealed unsafe class RunningView
{
    private readonly PartitionMemory _memory;
    private readonly SlotBudget _budget;
    private readonly SparseBlocks _blocks;
    private readonly List<Pane> _open = [];
    private readonly Stack<Pane> _idle = new();
    private readonly byte* _overflow;
    private readonly int _overflowLog2;
    private Pane? _latest;
    private int _cellsHint; // cells of the window closed last: the next one will be like it

    public RunningView(
        ViewDefinition view, StreamDefinition stream, long fromTime, PartitionLimits limits, PartitionMemory memory)
    {
        Plan = new ViewPlan(view, stream);
        Filter = view.Filter is null ? null : FilterPlan.Compile(view.Filter, stream);
        FromTime = fromTime;
        _memory = memory;
        _budget = new SlotBudget(limits, Plan.KeysAreSlots);
        _blocks = new SparseBlocks(memory.Heap);
        _overflowLog2 = PartitionHeap.Log2For(Plan.CellBytes);
        _overflow = memory.Heap.Rent(_overflowLog2);
        Plan.InitCell(_overflow, 0);
    }

    /// <summary>What it computes.</summary>
    public ViewPlan Plan { get; }

    /// <summary>Which records it takes; null for all.</summary>
    public FilterPlan? Filter { get; }

    /// <summary>Windows that start before this are left out.</summary>
    public long FromTime { get; set; }

    /// <summary>The view's number in its stream.</summary>
    public uint Id => (uint)Plan.View.Id;

    /// <summary>This partition's share of the view's counters.</summary>
    public ViewCounters Counters { get; } = new();

    /// <summary>True once the view was dropped: only closes that waited are left of it.</summary>
    public bool IsDropped { get; private set; }

    /// <summary>The open windows, by start.</summary>
    public IReadOnlyList<Pane> Open => _open;

    /// <summary>Applies prepared rows whose event times lie in [min, max].</summary>
    public void Apply(
        in FrameContext frame, in FrameColumns columns, ReadOnlySpan<ushort> rows, long min, long max,
        SnapshotWriter snapshot)
    {
        Counters.Prepared += rows.Length;
        ReadOnlySpan<ushort> met = Filter is null
            ? rows
            : Filter.Run(columns, rows, new Span<ushort>(_memory.FilteredRows, rows.Length), _memory.Preparation);
        Counters.Filtered += rows.Length - met.Length;
        if (met.Length == 0)
        {
            return;
        }

        fixed (ushort* first = met)
        {
            ulong* keys = columns.Keys;
            if (Plan.KeysAreSlots)
            {
                keys = _memory.GroupKeys;
                SlotKeys.Fill(columns.Keys, first, met.Length, keys);
            }

            WindowCut cut = _memory.WindowCut;
            cut.Cut(columns.Times, first, met.Length, min, max, Plan.SizeNs);
            for (int i = 0; i < cut.Count; i++)
            {
                int begin = cut.BeginOf(i);
                ApplyWindow(
                    frame, columns, cut.WindowOf(i), keys, cut.Rows + begin, cut.EndOf(i) - begin, snapshot);
            }
        }
    }

    /// <summary>
    /// Moves the windows with end + lateness at or below the watermark to <paramref name="closed"/>, by start.
    /// </summary>
    public void Close(long address, long watermark, Queue<Pane> closed)
    {
        int count = 0;
        while (count < _open.Count && LastNeed(_open[count].Window) <= watermark)
        {
            Pane pane = _open[count++];
            _budget.Return(pane.Table.CellsBySlot);
            _cellsHint = pane.Table.Count;
            pane.CauseAddress = address;
            pane.IsClosed = true;
            if (pane.Table.Count == 0)
            {
                Recycle(pane);
            }
            else
            {
                closed.Enqueue(pane);
            }
        }

        if (count > 0)
        {
            _open.RemoveRange(0, count);
            _latest = null;
        }
    }

    /// <summary>Takes back a window nobody needs any more; one that a snapshot still reads comes back later.</summary>
    public void Recycle(Pane pane)
    {
        pane.IsDone = true;
        if (pane.Kept == null)
        {
            pane.Table.Close();
            _idle.Push(pane);
        }
    }

    /// <summary>Gives all open windows back.</summary>
    public void Drop()
    {
        foreach (Pane pane in _open)
        {
            _budget.Return(pane.Table.CellsBySlot);
            Recycle(pane);
        }

        _open.Clear();
        _latest = null;
        IsDropped = true;
        _blocks.Close();
        Plan.ReleaseCell(_overflow, _memory.Heap);
        _memory.Heap.Return(_overflow, _overflowLog2);
    }

    /// <summary>The open window of a number, made if need be.</summary>
    public Pane OpenPane(long window)
    {
        if (_latest is not null && _latest.Window == window)
        {
            return _latest;
        }

        int at = PositionOf(window);
        if (at == _open.Count || _open[at].Window != window)
        {
            _open.Insert(at, NewPane(window, isNewest: at == _open.Count));
        }

        _latest = _open[at];
        return _latest;
    }

    /// <summary>A closed window that comes out of a snapshot.</summary>
    public Pane NewClosedPane(long window, long causeAddress)
    {
        Pane pane = NewPane(window, isNewest: false);
        pane.IsClosed = true;
        pane.CauseAddress = causeAddress;
        return pane;
    }

    private Pane NewPane(long window, bool isNewest)
    {
        Pane pane = _idle.Count > 0
            ? _idle.Pop()
            : new Pane(this, new CellTable(Plan, _budget, _blocks, _memory.Heap));
        pane.Table.Open(_cellsHint, isNewest);
        pane.Window = window;
        pane.CauseAddress = 0;
        pane.IsClosed = false;
        pane.IsDone = false;
        return pane;
    }

    // When the watermark is there, the window closes; when a source's progress is, its records come late.
    private long LastNeed(long window)
    {
        long end = (window + 1) * Plan.SizeNs;
        return end > long.MaxValue - Plan.LatenessNs ? long.MaxValue : end + Plan.LatenessNs;
    }

    private void ApplyWindow(
        in FrameContext frame, in FrameColumns columns, long window, ulong* keys, ushort* rows, int count,
        SnapshotWriter snapshot)
    {
        if (window * Plan.SizeNs < FromTime)
        {
            Counters.Filtered += count;
            return;
        }

        long lastNeed = LastNeed(window);
        int inTime = frame.PrefixProgress == null ? count : CountInTime(frame.PrefixProgress, rows, count, lastNeed);
        if (inTime < count)
        {
            Counters.Late += count - inTime;
#if PLANTED_FAULTS
            Counters.Late += PlantedFaults.Is(PlantedFault.LateCountedTwice) ? count - inTime : 0;
#endif
            MarkLate(rows + inTime, count - inTime);
        }

        if (inTime > 0 && lastNeed <= frame.WatermarkBefore)
        {
            Counters.LateAfterIdle += frame.SourceWasSetAside ? inTime : 0;
            Counters.LateOnJoin += frame.SourceWasSetAside ? 0 : inTime;
            MarkLate(rows, inTime);
            return;
        }

        if (inTime > 0)
        {
            Pane pane = OpenPane(window);
            if (snapshot.IsActive)
            {
                snapshot.KeepBefore(pane, keys, rows, inTime);
            }

            CellUpdate.Apply(pane, columns, keys, rows, inTime, _overflow, _memory);
            CountApplied(inTime);
        }
    }

    // Progress never falls within a frame, so the late rows of one window are its last ones.
    private static int CountInTime(long* prefixProgress, ushort* rows, int count, long lastNeed)
    {
        int low = 0;
        int high = count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            (low, high) = prefixProgress[rows[middle]] < lastNeed ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private void MarkLate(ushort* rows, int count)
    {
        for (int i = 0; i < count; i++)
        {
            _memory.LateBits[rows[i] >> 6] |= 1UL << rows[i];
        }
    }

    private void CountApplied(int count)
    {
        long refused = ((CellHead*)_overflow)->RecordCount;
        if (refused > 0)
        {
            Counters.OverLimit += refused;
            Plan.ReleaseCell(_overflow, _memory.Heap);
            Plan.InitCell(_overflow, 0);
        }

        Debug.Assert(refused <= count);
        Counters.Applied += count - refused;
        Counters.WindowContributions += count - refused;
    }

    private int PositionOf(long window)
    {
        if (_open.Count == 0 || _open[^1].Window < window)
        {
            return _open.Count;
        }

        int low = 0;
        int high = _open.Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            (low, high) = _open[middle].Window < window ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
