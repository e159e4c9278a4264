using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace FastStream.Engine.Partitions.Aggregation;

/// <content>Finds the cells of a tile of rows, for states that are updated one after the other.</content>
internal sealed unsafe partial class CellTable
{
    /// <summary>
    /// Finds or adds the cell of each row and counts the record in it. Rows whose key finds no room get the cell
    /// <paramref name="overflow"/>, which takes their values instead. At most <see cref="TileRows"/> rows; returns how
    /// many were done, at least one: a row that makes cells move begins a tile of its own.
    /// </summary>
    public int Resolve(ulong* keys, ushort* rows, int count, nint* cells, byte* overflow)
    {
        Debug.Assert(count is > 0 and <= TileRows);
        if (!IsSparse)
        {
            ResolveDense(keys, rows, count, cells, overflow);
            return count;
        }

        return AdjacentRows.Are(rows, count)
            ? ResolveSparse<AdjacentRows>(keys + rows[0], rows, count, cells, overflow)
            : ResolveSparse<ListedRows>(keys, rows, count, cells, overflow);
    }

    /// <summary>Fetches what is looked at first for a key that comes soon.</summary>
    public void PrefetchCell(ulong key)
    {
        uint hash = _hash.Of(key);
        Prefetch(IsSparse ? _sparse.Places + (hash & _sparse.OffsetMask) : _far.Entries + (hash >> _far.Shift));
    }

    /// <summary>Adds so many records to the key's cell; gives it, or the overflow cell if there is no room.</summary>
    public byte* CountRun(ulong key, int records, byte* overflow)
    {
        int number = FindOrAdd(key);
        byte* cell = number < 0 ? overflow : CellAt(number);
        ((CellHead*)cell)->RecordCount += records;
        return cell;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int ResolveSparse<TOrder>(ulong* keys, ushort* rows, int count, nint* cells, byte* overflow)
        where TOrder : IRowOrder
    {
        byte* places = _sparse.Places;
        TableHash hash = _hash;
        nuint mask = _sparse.OffsetMask;
        for (int i = 0; i < count; i++)
        {
            ulong key = keys[TOrder.At(rows, i)];
            CellHead* cell = (CellHead*)(places + (hash.Of(key) & mask));
            if (cell->Key != key || cell->RecordCount == 0)
            {
                int number = Find(key);
                if (number < 0 && i > 0 && _sparse.IsFull(Count))
                {
                    return i;
                }

                number = number < 0 ? FindOrAdd(key) : number;
                cell = number < 0 ? (CellHead*)overflow : (CellHead*)CellAt(number);
                if (_sparse.Places != places)
                {
                    cell->RecordCount++;
                    cells[0] = (nint)cell;
                    return 1;
                }
            }

            cell->RecordCount++;
            cells[i] = (nint)cell;
        }

        return count;
    }

    /// <remarks>
    /// In three sweeps, so that the misses of a tile overlap: hash and fetch the index line, read the index and fetch
    /// the cell, compare. What the second sweep read stays true when an addition makes the index grow: a cell keeps
    /// its number. Anything but a hit at the first place goes the slow way.
    /// </remarks>
    [SkipLocalsInit]
    private void ResolveDense(ulong* keys, ushort* rows, int count, nint* cells, byte* overflow)
    {
        uint* hashes = stackalloc uint[TileRows];
        int shift = _far.Shift;
        uint* index = _far.Entries;
        for (int i = 0; i < count; i++)
        {
            hashes[i] = _hash.Of(keys[rows[i]]);
            Prefetch(index + (hashes[i] >> shift));
        }

        uint numberMask = _far.NumberMask;
        for (int i = 0; i < count; i++)
        {
            uint number = index[hashes[i] >> shift] & numberMask;
            byte* cell = number == 0 ? overflow : _segments.At(number - 1);
            cells[i] = (nint)cell;
            Prefetch(cell);
        }

        for (int i = 0; i < count; i++)
        {
            CellHead* cell = (CellHead*)cells[i];
            ulong key = keys[rows[i]];
            if (cell->Key != key || cell == overflow)
            {
                int number = FindOrAdd(key);
                cell = number < 0 ? (CellHead*)overflow : (CellHead*)_segments.At((uint)number);
                cells[i] = (nint)cell;
            }

            cell->RecordCount++;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }
}
