using System.Buffers;
using System.Runtime.InteropServices;

namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>
/// Saves the windows as they were at one journal address while the partition goes on. Owned by its thread.
/// </summary>
/// <remarks>
/// Copy on write by segment (at most 4 KiB of cells): the first batch that would change a segment saves it at once,
/// sketches included, into <c>_preserved</c>; the rest is saved piece by piece as the caller asks. A window that is
/// emitted or dropped meanwhile keeps its memory until its last segment is saved. A piece is complete in itself:
/// {u32 bytes, u8 kind, u8 version, u16 0} and then, for rows, {u32 view, i64 window, i64 cause, u8 closed, u64
/// signature, u32 rows} and for each row {u64 key, i64 records, states}.
/// </remarks>
internal sealed unsafe class SnapshotWriter(PartitionHeap heap)
{
    // A piece ends after the row that crosses this, so that wide rows (sketches) do not make pieces of megabytes.
    private const int PieceBytes = 16 * 1024;
    private readonly List<Pane> _panes = [];
    private readonly ByteSink _preserved = new();
    private int _preservedRead;
    private int _pane;
    private int _segment;

    /// <summary>True from <see cref="Begin"/> until everything marked was taken.</summary>
    public bool IsActive { get; private set; }

    /// <summary>Starts a snapshot; <paramref name="counters"/> writes its first piece.</summary>
    public void Begin(Action<ByteSink> counters)
    {
        if (IsActive)
        {
            throw new InvalidOperationException("A snapshot is under way already.");
        }

        _panes.Clear();
        _preserved.Clear();
        (_preservedRead, _pane, _segment) = (0, 0, 0);
        IsActive = true;
        int piece = BeginPiece(_preserved, SavedPiece.Counters);
        counters(_preserved);
        EndPiece(_preserved, piece);
    }

    /// <summary>Marks a window for saving.</summary>
    public void Mark(Pane pane)
    {
        int segments = SegmentsOf(pane, pane.Table.Count);
        if (segments > 0)
        {
            pane.CellsToSave = pane.Table.Count;
            pane.IsClosedAtMark = pane.IsClosed;
            pane.SavedSegmentsLog2 = PartitionHeap.Log2For(segments);
            pane.SavedSegments = heap.RentCleared(pane.SavedSegmentsLog2);
            _panes.Add(pane);
        }
    }

    /// <summary>Saves the segments that hold cells of these rows, before the rows change them.</summary>
    public void PreserveBefore(Pane pane, ulong* keys, ushort* rows, int count)
    {
        if (pane.SavedSegments == null)
        {
            return;
        }

        for (int i = 0; i < count; i++)
        {
            int cell = pane.Table.Find(keys[rows[i]]);
            if (cell >= 0 && cell < pane.CellsToSave && pane.SavedSegments[cell >> pane.Table.SegmentLog2] == 0)
            {
                SaveSegment(pane, cell >> pane.Table.SegmentLog2);
            }
        }
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
            if (_preservedRead == _preserved.Count)
            {
                _preserved.Clear();
                _preservedRead = 0;
                if (!SaveOneSegment())
                {
                    IsActive = false;
                    break;
                }
            }

            ReadOnlySpan<byte> waiting = _preserved.Written[_preservedRead..];
            ReadOnlySpan<byte> piece = waiting[..MemoryMarshal.Read<int>(waiting)];
            if (written > 0 && written + piece.Length > budgetBytes)
            {
                break;
            }

            chunk.Write(piece);
            written += piece.Length;
            _preservedRead += piece.Length;
        }

        return written > 0;
    }

    /// <summary>Gives up the snapshot under way.</summary>
    public void Abort()
    {
        for (; IsActive && _pane < _panes.Count; _pane++)
        {
            Finish(_panes[_pane]);
        }

        IsActive = false;
    }

    // Saves the next segment not yet saved; false when there is none.
    private bool SaveOneSegment()
    {
        while (_pane < _panes.Count)
        {
            Pane pane = _panes[_pane];
            for (; _segment < SegmentsOf(pane, pane.CellsToSave); _segment++)
            {
                if (pane.SavedSegments[_segment] == 0)
                {
                    SaveSegment(pane, _segment++);
                    return true;
                }
            }

            Finish(pane);
            _pane++;
            _segment = 0;
        }

        return false;
    }

    private void Finish(Pane pane)
    {
        heap.Return(pane.SavedSegments, pane.SavedSegmentsLog2);
        pane.SavedSegments = null;
        if (pane.IsDone)
        {
            pane.View.Recycle(pane);
        }
    }

    private void SaveSegment(Pane pane, int segment)
    {
        pane.SavedSegments[segment] = 1;
        CellTable table = pane.Table;
        int first = segment << table.SegmentLog2;
        int end = Math.Min(first + (1 << table.SegmentLog2), pane.CellsToSave);
        for (int i = first; i < end;)
        {
            i = SavePiece(pane, i, end);
        }
    }

    // Saves cells from the given one on until the piece is long enough; returns the next cell.
    private int SavePiece(Pane pane, int first, int end)
    {
        ViewPlan plan = pane.View.Plan;
        int piece = BeginPiece(_preserved, SavedPiece.Rows);
        _preserved.Append(pane.View.Id);
        _preserved.Append(pane.Window);
        _preserved.Append(pane.IsClosedAtMark ? pane.CauseAddress : 0);
        _preserved.Append((byte)(pane.IsClosedAtMark ? 1 : 0));
        _preserved.Append(plan.Signature);
        int rowCount = _preserved.Count;
        _preserved.Append(0);
        int next = first;
        while (next < end && _preserved.Count - piece < PieceBytes)
        {
            byte* cell = pane.Table.Read(next++);
            _preserved.Append(((CellHead*)cell)->Key);
            plan.WriteCell(cell, _preserved);
        }

        _preserved.PatchInt32(rowCount, next - first);
        EndPiece(_preserved, piece);
        return next;
    }

    private static int SegmentsOf(Pane pane, int cells) =>
        (cells + (1 << pane.Table.SegmentLog2) - 1) >> pane.Table.SegmentLog2;

    private static int BeginPiece(ByteSink sink, SavedPiece kind)
    {
        int at = sink.Count;
        sink.Append(0);
        sink.Append((byte)kind);
        sink.Append(SavedPieces.Version);
        sink.Append((ushort)0);
        return at;
    }

    private static void EndPiece(ByteSink sink, int at) => sink.PatchInt32(at, sink.Count - at);
}
