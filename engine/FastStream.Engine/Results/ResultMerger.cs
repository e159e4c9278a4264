using FastStream.Engine.Partitions;

namespace FastStream.Engine.Results;

/// <summary>
/// S(P(D)): joins the ordered pieces of closed windows that P partitions emit into one sequence that does not depend
/// on P: windows in the order of <see cref="ClosedWindow"/>, rows of a window by (slot, key).
/// </summary>
/// <remarks>
/// Owner: the results thread. Invariants: each partition's slices come in the order of closes, the pieces of one
/// close in order of (slot, key); partition p owns lower slots than partition p+1, so the rows of a window are the
/// partitions' rows one after the other. A partition without rows in a window says nothing about it: it is passed
/// over once its emitted address lies above the cause, or its next slice belongs to a later window.
/// Rows are handed on as they come; a window of a million keys is never held whole.
/// </remarks>
internal sealed class ResultMerger : IDisposable
{
    private readonly ResultsCatalog _catalog;
    private readonly Action<int, ResultSlice> _giveBack;
    private readonly Queue<ResultSlice>[] _waiting;
    private readonly long[] _emittedBelow;
    private readonly OverAllWindow _overAll = new();

    private bool _isOpen; // a window has begun and not ended
    private ClosedWindow _window;
    private int _partition; // whose rows of the open window are next
    private int _row; // the next row of that partition's first slice

    /// <param name="partitionCount">How many partitions emit.</param>
    /// <param name="catalog">The views.</param>
    /// <param name="giveBack">Gets each slice back, with its partition, when its rows have been taken.</param>
    internal ResultMerger(int partitionCount, ResultsCatalog catalog, Action<int, ResultSlice> giveBack)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(partitionCount, 1);
        _catalog = catalog;
        _giveBack = giveBack;
        _emittedBelow = new long[partitionCount];
        _waiting = new Queue<ResultSlice>[partitionCount];
        for (int i = 0; i < partitionCount; i++)
        {
            _waiting[i] = new Queue<ResultSlice>();
        }
    }

    /// <summary>Every close whose cause lies below this has gone to the sink, whole.</summary>
    internal long MergedBelow
    {
        get
        {
            long below = _isOpen ? _window.CauseAddress : long.MaxValue;
            for (int i = 0; i < _waiting.Length; i++)
            {
                bool has = _waiting[i].TryPeek(out ResultSlice? slice);
                below = Math.Min(below, has ? slice!.CauseAddress : _emittedBelow[i]);
            }

            return below;
        }
    }

    /// <summary>Slices of a partition that wait; the caller bounds them.</summary>
    internal int WaitingCount(int partition) => _waiting[partition].Count;

    /// <summary>Whether slices wait, or a window has begun and not ended.</summary>
    internal bool IsHolding => _isOpen || Array.Exists(_waiting, slices => slices.Count > 0);

    /// <summary>Takes a slice over; it comes back through the call given at the start.</summary>
    internal void Add(int partition, ResultSlice slice)
    {
        if (slice.CauseAddress < _emittedBelow[partition])
        {
            throw new InvalidOperationException(
                $"Partition {partition} emitted {IdentityOf(slice)} after it had finished all below address "
                + $"{_emittedBelow[partition]}.");
        }

        _waiting[partition].Enqueue(slice);
    }

    /// <summary>
    /// The partition emits no more closes caused below this address. Add the slices it emitted before first.
    /// </summary>
    internal void SetEmittedBelow(int partition, long address)
    {
        if (address < _emittedBelow[partition])
        {
            throw new InvalidOperationException(
                $"The emitted address of partition {partition} fell from {_emittedBelow[partition]} to {address}.");
        }

        _emittedBelow[partition] = address;
    }

    /// <summary>Hands on until slices run out or the sink is full. True if anything moved.</summary>
    internal bool Pump(IClosedWindowSink sink)
    {
        bool moved = false;
        while (_isOpen || TrySelect())
        {
            if (!_isOpen)
            {
                Begin(sink);
                moved = true;
            }

            if (!Drain(sink, ref moved) || (_overAll.IsOpen && !_overAll.TryEmit(sink)))
            {
                return moved;
            }

            sink.EndWindow();
            _isOpen = false;
            _overAll.End();
            moved = true;
        }

        return moved;
    }

    /// <summary>
    /// Shows copies-to-be of rows that wait here: for queries that want what was applied. The slice is borrowed for
    /// the call and its first <c>rowsTaken</c> rows have gone on already.
    /// </summary>
    internal void Visit(uint streamId, uint viewId, Action<ResultSlice, int> visit)
    {
        if (_overAll.SoFar(streamId, viewId) is ResultSlice merged)
        {
            visit(merged, 0);
        }

        for (int i = 0; i < _waiting.Length; i++)
        {
            int rowsTaken = _isOpen && i == _partition ? _row : 0;
            foreach (ResultSlice slice in _waiting[i])
            {
                if (slice.StreamId == streamId && slice.ViewId == viewId)
                {
                    visit(slice, rowsTaken);
                }

                rowsTaken = 0;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _overAll.Dispose();

    private static ClosedWindow IdentityOf(ResultSlice slice) => new(
        slice.CauseAddress, slice.StreamId, slice.ViewId, slice.WindowStart, slice.WindowEnd, slice.Revision);

    // The next window is the smallest of the first slices, once no partition can bring a smaller one any more.
    private bool TrySelect()
    {
        bool found = false;
        ClosedWindow smallest = default;
        long silentBelow = long.MaxValue;
        for (int i = 0; i < _waiting.Length; i++)
        {
            if (_waiting[i].TryPeek(out ResultSlice? slice))
            {
                ClosedWindow window = IdentityOf(slice);
                smallest = !found || window.CompareTo(smallest) < 0 ? window : smallest;
                found = true;
            }
            else
            {
                silentBelow = Math.Min(silentBelow, _emittedBelow[i]);
            }
        }

        if (!found || silentBelow <= smallest.CauseAddress)
        {
            return false;
        }

        if (smallest.CompareTo(_window) <= 0)
        {
            throw new InvalidOperationException($"{smallest} came after {_window}.");
        }

        _window = smallest;
        return true;
    }

    private void Begin(IClosedWindowSink sink)
    {
        _isOpen = true;
        _partition = 0;
        _row = 0;
        ResultsView view = _catalog.Get(_window.StreamId, _window.ViewId);
        _overAll.Begin(view, in _window);
        sink.BeginWindow(in _window, view.ValueNames.Length);
    }

    // True when every partition has given its share of the open window.
    private bool Drain(IClosedWindowSink sink, ref bool moved)
    {
        for (; _partition < _waiting.Length; _partition++)
        {
            while (true)
            {
                if (!_waiting[_partition].TryPeek(out ResultSlice? slice))
                {
                    if (_emittedBelow[_partition] > _window.CauseAddress)
                    {
                        break;
                    }

                    return false;
                }

                if (IdentityOf(slice) != _window)
                {
                    break; // a later window: the partition has no more rows of this one
                }

                if (!Take(slice, sink, ref moved))
                {
                    return false;
                }

                bool isLast = slice.IsLast; // before the slice goes back and is filled anew
                _waiting[_partition].Dequeue();
                _row = 0;
                moved = true;
                _giveBack(_partition, slice);
                if (isLast)
                {
                    break;
                }
            }
        }

        return true;
    }

    // True when all rows of the slice have been taken.
    private bool Take(ResultSlice slice, IClosedWindowSink sink, ref bool moved)
    {
        if (_overAll.IsOpen)
        {
            _overAll.Add(slice);
            return true;
        }

        int rows = slice.RowCount - _row;
        int taken = sink.AddRows(
            slice.Keys.AsSpan(_row, rows),
            slice.Counts.AsSpan(_row, rows),
            slice.Values.AsSpan(_row * slice.ValueCount, rows * slice.ValueCount));
        _row += taken;
        moved |= taken > 0;
        return _row == slice.RowCount;
    }
}
