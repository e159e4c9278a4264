using System.Buffers;

namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>
/// Saves the windows as they were at one journal address while the partition goes on. Owned by its thread.
/// </summary>
/// <remarks>
/// Copy on write by cell: a cell is kept (copied as it is; its bit in <see cref="Pane.Kept"/> is set) by the first
/// batch that would change it, or by <see cref="KeepSome"/>, which goes through all of them in their order, whichever
/// comes first. What is kept waits to be written as the caller asks (<see cref="SaveNext"/>). Cells with parts
/// elsewhere (sketches, absent values) are not copied but written at once, as rows. A window that is emitted or dropped
/// meanwhile keeps its memory until its last cell is kept. Pieces of a chunk are complete in themselves.
/// </remarks>
internal sealed unsafe class SnapshotWriter(PartitionHeap heap)
{
    private const int KeepBytes = 64 * 1024;

    private readonly List<Pane> _panes = [];
    private readonly RowPieces _rows = new();
    private readonly KeptCells _kept = new(heap);
    private readonly ByteSink _head = new(); // scratch
    private KeptRun _run; // in hand, partly written
    private int _pane;    // of those before it every cell is kept
    private int _word;    // of the pane's bits; so are those before it

    /// <summary>True from <see cref="Begin"/> until everything marked was taken.</summary>
    public bool IsActive { get; private set; }

    /// <summary>Whether cells are left that a batch may change before they are kept.</summary>
    public bool HasCellsToKeep => IsActive && _pane < _panes.Count;

    /// <summary>Bytes of the copies that wait to be written.</summary>
    public long KeptBytes => _kept.Bytes;

    /// <summary>Bytes of all cells marked, about as many as will be written.</summary>
    public long MarkedBytes { get; private set; }

    /// <summary>Starts a snapshot; <paramref name="counters"/> writes its first piece.</summary>
    public void Begin(Action<ByteSink> counters)
    {
        if (IsActive)
        {
            throw new InvalidOperationException("A snapshot is under way already.");
        }

        (_pane, _word, MarkedBytes) = (0, 0, 0);
        _panes.Clear();
        _rows.Clear();
        IsActive = true;
        _rows.AddCounters(counters);
    }

    /// <summary>Marks a window for saving.</summary>
    public void Mark(Pane pane)
    {
        int cells = pane.Table.Count;
        if (cells > 0)
        {
            pane.CellsToSave = cells;
            pane.CellsToKeep = cells;
            pane.IsClosedAtMark = pane.IsClosed;
            pane.KeptLog2 = PartitionHeap.Log2For(WordsOf(pane) * sizeof(ulong));
            pane.Kept = (ulong*)heap.RentCleared(pane.KeptLog2);
            MarkedBytes += (long)cells * pane.View.Plan.TableCellBytes;
            _panes.Add(pane);
        }
    }

    /// <summary>Keeps the cells of these rows, before the rows change them.</summary>
    public void KeepBefore(Pane pane, ulong* keys, ushort* rows, int count)
    {
        if (pane.Kept != null && pane.CellsToKeep > 0)
        {
            pane.Table.KeepBefore(pane, keys, rows, count, this);
        }
    }

    /// <summary>Keeps one cell, which must be one to keep.</summary>
    public void Keep(Pane pane, int number)
    {
        pane.Kept[number >> 6] |= 1UL << number;
        pane.CellsToKeep--;
        if (pane.View.Plan.HasVariableParts || pane.Table.HasAbsent(number))
        {
            _rows.Add(KeptRun.Of(pane), pane.Table.Read(number));
        }
        else
        {
            _kept.Add(pane, pane.Table.Adjacent(number, 1, out _));
        }
    }

    /// <summary>Keeps about so many bytes of the next cells; false when there are none.</summary>
    public bool KeepSome(int budgetBytes)
    {
        if (!HasCellsToKeep)
        {
            return false;
        }

        while (budgetBytes > 0 && _pane < _panes.Count)
        {
            Pane pane = _panes[_pane];
            for (; budgetBytes > 0 && _word < WordsOf(pane) && pane.CellsToKeep > 0; _word++)
            {
                budgetBytes -= KeepWord(pane, _word) * pane.View.Plan.TableCellBytes;
            }

            if (_word == WordsOf(pane) || pane.CellsToKeep == 0)
            {
                Finish(pane);
                _pane++;
                _word = 0;
            }
        }

        return true;
    }

    /// <summary>
    /// Writes whole pieces, at most <paramref name="budgetBytes"/> unless the first piece alone is longer; false when
    /// nothing was left to write.
    /// </summary>
    public bool SaveNext(IBufferWriter<byte> chunk, int budgetBytes)
    {
        int written = 0;
        while (IsActive)
        {
            if (_rows.TryPeek(out ReadOnlySpan<byte> piece))
            {
                if (written > 0 && written + piece.Length > budgetBytes)
                {
                    break;
                }

                chunk.Write(piece);
                written += piece.Length;
                _rows.Drop(piece.Length);
            }
            else if (_run.Count > 0)
            {
                int bytes = SaveRun(chunk, budgetBytes - written, isFirst: written == 0);
                if (bytes < 0)
                {
                    break;
                }

                written += bytes;
            }
            else if (!TakeRun() && !KeepSome(KeepBytes))
            {
                _kept.EndRun(); // the last one
                IsActive = TakeRun();
            }
        }

        return written > 0;
    }

    /// <summary>Gives up the snapshot under way.</summary>
    public void Abort()
    {
        for (; HasCellsToKeep; _pane++)
        {
            Finish(_panes[_pane]);
        }

        if (_run.View is not null)
        {
            _kept.Release(ref _run);
        }

        _kept.Clear();
        _rows.Clear();
        IsActive = false;
    }

    private static int WordsOf(Pane pane) => (pane.CellsToSave + 63) >> 6;

    // Keeps what is left of 64 cells in a row; returns how many that were.
    private int KeepWord(Pane pane, int word)
    {
        int first = word << 6;
        int cells = Math.Min(64, pane.CellsToSave - first);
        int before = pane.CellsToKeep;
        if (pane.Kept[word] != 0 || pane.View.Plan.HasVariableParts || pane.Table.HasAnyAbsent)
        {
            for (int i = first; i < first + cells; i++)
            {
                if (pane.IsToKeep((uint)i))
                {
                    Keep(pane, i);
                }
            }

            return before - pane.CellsToKeep;
        }

        int count;
        for (int i = first; i < first + cells; i += count)
        {
            _kept.Add(pane, pane.Table.Adjacent(i, first + cells - i, out count), count);
        }

        pane.Kept[word] = ulong.MaxValue;
        pane.CellsToKeep -= cells;
        return cells;
    }

    private void Finish(Pane pane)
    {
        heap.Return((byte*)pane.Kept, pane.KeptLog2);
        pane.Kept = null;
        if (pane.IsDone)
        {
            pane.View.Recycle(pane);
        }
    }

    private bool TakeRun()
    {
        if (_run.View is not null)
        {
            _kept.Release(ref _run);
        }

        return _kept.TryTake(out _run);
    }

    // Writes cells of the run in hand; returns the bytes, or -1 when not one of them fits behind what is there.
    private int SaveRun(IBufferWriter<byte> chunk, int budgetBytes, bool isFirst)
    {
        int count = 0;
        int bytes = 0;
        ViewPlan plan = _run.View.Plan;
        if (plan.OneField is not null)
        {
            int fitting = SavedPieces.CellsIn(budgetBytes);
            if (fitting == 0 && !isFirst)
            {
                return -1;
            }

            count = Math.Min(_run.Count, Math.Max(fitting, 1));
            bytes = SavedPieces.WriteCells(chunk, _run, count, _head);
        }
        else
        {
            for (; count < _run.Count && !_rows.IsLong; count++)
            {
                _rows.Add(_run, _run.Cells + ((nint)count * plan.TableCellBytes));
            }
        }

        _kept.Drop(ref _run, count);
        return bytes;
    }
}
