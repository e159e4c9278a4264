namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>
/// Pieces of a snapshot that wait to be written: {u32 bytes, u8 kind, u8 version, u16 0} and then what
/// <see cref="SavedPiece"/> says. Owned by the partition's thread.
/// </summary>
internal sealed unsafe class RowPieces
{
    // A piece ends after the row that crosses this, so that wide rows (sketches) do not make pieces of megabytes.
    private const int PieceBytes = 16 * 1024;

    private readonly ByteSink _bytes = new();
    private KeptRun _window; // of the piece in hand: the rows of it, and no cells
    private int _read;
    private int _piece = -1; // where the piece in hand begins; -1 when there is none
    private int _countAt;    // where its count of rows stands

    /// <summary>Whether the piece in hand is so long that the next row begins another one.</summary>
    public bool IsLong => _piece >= 0 && _bytes.Count - _piece >= PieceBytes;

    /// <summary>Writes the piece of the counters.</summary>
    public void AddCounters(Action<ByteSink> counters)
    {
        End();
        _piece = SavedPieces.Begin(_bytes, SavedPiece.Counters);
        counters(_bytes);
        _countAt = -1;
        End();
    }

    /// <summary>Writes a cell, as the plan has it, behind others of its window.</summary>
    public void Add(in KeptRun window, byte* cell)
    {
        if (_piece < 0 || IsLong || !_window.IsSameWindowAs(window))
        {
            End();
            _piece = SavedPieces.Begin(_bytes, SavedPiece.Rows);
            _countAt = SavedPieces.AppendWindow(_bytes, window);
            _window = window with { Count = 0 };
        }

        _bytes.Append(((CellHead*)cell)->Key);
        window.View.Plan.WriteCell(cell, _bytes);
        _window.Count++;
    }

    /// <summary>The oldest piece, to be read until the next call; false when there is none.</summary>
    public bool TryPeek(out ReadOnlySpan<byte> piece)
    {
        End();
        if (_read == _bytes.Count)
        {
            Clear();
            piece = default;
            return false;
        }

        piece = SavedPieces.First(_bytes.Written[_read..]);
        return true;
    }

    /// <summary>Gives up the oldest piece, which has so many bytes.</summary>
    public void Drop(int bytes) => _read += bytes;

    /// <summary>Gives up everything.</summary>
    public void Clear()
    {
        _bytes.Clear();
        (_read, _piece, _window) = (0, -1, default);
    }

    private void End()
    {
        if (_piece >= 0)
        {
            if (_countAt >= 0)
            {
                _bytes.PatchInt32(_countAt, _window.Count);
            }

            SavedPieces.End(_bytes, _piece);
            _piece = -1;
        }
    }
}
