using System.Runtime.InteropServices;
using FastStream.Engine.Partitions.Preparation.Kernels;

namespace FastStream.Engine.Partitions.Preparation;

/// <summary>
/// The rows still in play while rules run one after another. Starts as the caller's list, which is never written; the
/// first refusal moves what is kept to the caller's room for accepted rows.
/// </summary>
internal ref struct RowSelection
{
    private readonly Span<ushort> _room;
    private ReadOnlySpan<ushort> _rows;
    private int _cursor;
    private int _kept;
    private int _refusedCount;
    private bool _inRoom; // true once kept rows are written to the room; until then they stand in the list

    public RowSelection(ReadOnlySpan<ushort> rows, Span<ushort> room)
    {
        if (room.Length < rows.Length)
        {
            throw new ArgumentException($"room for {room.Length} rows, {rows.Length} needed", nameof(room));
        }

        _rows = rows;
        _room = room;
    }

    public readonly ReadOnlySpan<ushort> Rows => _rows;

    /// <summary>Goes back to the first block, for the next rule.</summary>
    public void Begin()
    {
        _cursor = 0;
        _kept = 0;
        _refusedCount = 0;
        _inRoom = false;
    }

    public readonly bool HasBlock => _cursor < _rows.Length;

    public readonly RowBlock Block => RowBlock.First(_rows[_cursor..]);

    /// <summary>
    /// Keeps the rows of the block whose bit is set and adds the others to <paramref name="refused"/>, which has room
    /// for all rows of the frame.
    /// </summary>
    public unsafe void Take(in RowBlock block, ulong* mask, ushort* refused)
    {
        int count = block.Rows.Length;
        if (MaskKernel.AllSet(mask, block.ValueCount))
        {
            if (_inRoom)
            {
                block.Rows.CopyTo(_room[_kept..]);
            }

            _kept += count;
            _cursor += count;
            return;
        }

        if (!_inRoom)
        {
            _rows[.._kept].CopyTo(_room);
            _inRoom = true;
        }

        // SAFETY: the room holds as many rows as the list, so from _kept on there is space for the whole block; where
        // the list is in the room itself, _kept <= _cursor, so nothing unread is overwritten.
        fixed (ushort* room = &MemoryMarshal.GetReference(_room))
        {
            int kept = block.InPlace
                ? RowKernels.SplitByRow(block.Rows, block.BaseRow, mask, room + _kept, refused + _refusedCount)
                : RowKernels.SplitByPlace(block.Rows, mask, room + _kept, refused + _refusedCount);
            _kept += kept;
            _refusedCount += count - kept;
            _cursor += count;
        }
    }

    /// <summary>Goes on to the next block; all rows of this one stay.</summary>
    public void Skip(in RowBlock block) => _cursor += block.Rows.Length;

    /// <summary>Refuses all that is left.</summary>
    public void Clear() => _rows = [];

    /// <summary>Ends the rule: what was kept is the list now. Returns how many rows were refused.</summary>
    public int End()
    {
        if (_refusedCount > 0)
        {
            _rows = _room[.._kept];
        }

        return _refusedCount;
    }
}
