using System.Runtime.CompilerServices;
using FastStream.Engine.Partitions.Aggregation.States;

namespace FastStream.Engine.Partitions.Aggregation;

/// <content>The loops over records of a view of one field: cell and states in one pass.</content>
internal sealed unsafe partial class CellTable
{
    // How far ahead of a record its cell and its place in the index are fetched.
    private const int CellAhead = 32;
    private const int IndexAhead = 2 * CellAhead;
    private const int RingMask = (2 * IndexAhead) - 1;

    // The same for sparse cells, once there are so many that the second-level cache may lack some.
    private const int PlaceAhead = 16;
    private const int ManyCells = 4096;

    /// <summary>
    /// Adds the records and their values, in the order of rows. <paramref name="values"/> is null where the frame lacks
    /// the field: then all are absent. Records whose key finds no room are counted in <paramref name="overflow"/>.
    /// </summary>
    public void Update<TMoments>(ulong* keys, ushort* rows, double* values, int count, byte* overflow)
        where TMoments : struct, IMoments
    {
        if (count == 0)
        {
            return;
        }

        if (AdjacentRows.Are(rows, count))
        {
            double* first = values == null ? null : values + rows[0];
            Update<TMoments, AdjacentRows>(keys + rows[0], rows, first, count, overflow);
        }
        else
        {
            Update<TMoments, ListedRows>(keys, rows, values, count, overflow);
        }
    }

    /// <summary>Adds a run: adjacent records of one key, their values reduced in lanes.</summary>
    public void UpdateRun(ulong key, double* values, int count, byte* overflow)
    {
        int number = FindOrAdd(key);
        if (number < 0)
        {
            ((CellHead*)overflow)->RecordCount += count;
            return;
        }

        FieldCell* cell = (FieldCell*)CellAt(number);
        long before = cell->RecordCount - _absent.Of(number);
        long present = values == null ? 0 : FieldCell.AddRun(cell, values, count, before);
        cell->RecordCount += count;
        if (present < count)
        {
            _absent.Add(heap, number, count - present, Count);
        }
    }

    [SkipLocalsInit]
    private void Update<TMoments, TOrder>(ulong* keys, ushort* rows, double* values, int count, byte* overflow)
        where TMoments : struct, IMoments
        where TOrder : IRowOrder
    {
        nuint* ring = stackalloc nuint[PlaceAhead];
        int ringLog2 = -1; // of the places in the ring; they are those of the next records while the table is as large
        int i = 0;
        while (i < count)
        {
            if (values != null && !_absent.Any)
            {
                if (!IsSparse)
                {
                    i = UpdateDense<TMoments, TOrder>(keys, rows, values, i, count, overflow);
                }
                else if (Count < ManyCells)
                {
                    i = UpdateSparse<TMoments, TOrder>(keys, rows, values, i, count);
                }
                else
                {
                    bool goesOn = ringLog2 == _sparse.Log2;
                    ringLog2 = _sparse.Log2;
                    i = UpdateSparseAhead<TMoments, TOrder>(keys, rows, values, i, count, ring, goesOn);
                }

                if (i == count)
                {
                    return;
                }
            }
            else
            {
                ringLog2 = -1;
            }

            nint row = TOrder.At(rows, i++);
            UpdateOne<TMoments>(keys[row], values == null ? double.NaN : values[row], overflow);
        }
    }

    // Goes on while each record's cell is where it is looked for first and nothing special happens to it; returns the
    // first row for which that is not so.
    [MethodImpl(MethodImplOptions.NoInlining)] // a loop of its own has all registers
    private int UpdateSparse<TMoments, TOrder>(ulong* keys, ushort* rows, double* values, int from, int count)
        where TMoments : struct, IMoments
        where TOrder : IRowOrder
    {
        byte* places = _sparse.Places;
        uint mask = (uint)_sparse.OffsetMask;
        TableHash hash = _hash;
        nint end = count; // as wide as the row, or each round widens it
        for (nint i = from; i < end; i++)
        {
            nint row = TOrder.At(rows, i);
            nuint at = hash.Of(keys[row]) & mask;
            if (!TryAdd<TMoments>(places, at, mask, keys[row], values[row]))
            {
                return (int)i;
            }
        }

        return count;
    }

    // The same where the cells fill much of the second-level cache: each is fetched some records before its turn. Where
    // it goes on behind a record that was done apart, the ring holds the places of the next ones already.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int UpdateSparseAhead<TMoments, TOrder>(
        ulong* keys, ushort* rows, double* values, int from, int count, nuint* ring, bool goesOn)
        where TMoments : struct, IMoments
        where TOrder : IRowOrder
    {
        byte* places = _sparse.Places;
        nuint mask = _sparse.OffsetMask;
        TableHash hash = _hash;
        nint ahead = goesOn ? from : Math.Min(from + PlaceAhead, count);
        for (nint i = from; i < ahead; i++)
        {
            nuint at = hash.Of(keys[TOrder.At(rows, i)]) & mask;
            ring[i & (PlaceAhead - 1)] = at;
            Prefetch(places + at);
        }

        for (nint i = from; i < count; i++)
        {
            nint row = TOrder.At(rows, i);
            nuint at = ring[i & (PlaceAhead - 1)];
            if (i + PlaceAhead < count)
            {
                nuint next = hash.Of(keys[TOrder.At(rows, i + PlaceAhead)]) & mask;
                ring[i & (PlaceAhead - 1)] = next;
                Prefetch(places + next);
            }

            if (!TryAdd<TMoments>(places, at, mask, keys[row], values[row]))
            {
                return (int)i;
            }
        }

        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryAdd<TMoments>(byte* places, nuint at, nuint mask, ulong key, double value)
        where TMoments : struct, IMoments
    {
        FieldCell* cell = (FieldCell*)(places + at);
        if (cell->Key != key)
        {
            cell = (FieldCell*)(places + ((at + (1 << FieldCell.Log2Bytes)) & mask));
            if (cell->Key != key)
            {
                return false;
            }
        }

        long before = cell->RecordCount;
        if (IsBeforeSpecial<TMoments>(before) || double.IsNaN(value))
        {
            return false;
        }

        cell->RecordCount = before + 1;
        FieldCell.Add<TMoments>(cell, value);
        return true;
    }

    // A place that is free holds key 0 and no record: its first one is special, too.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsBeforeSpecial<TMoments>(long before)
        where TMoments : struct, IMoments => TMoments.Kept ? (before & (before + 1)) == 0 : before == 0;

    /// <remarks>
    /// Three records are in hand at a time, so that memory is waited for by many at once: of the one farthest ahead
    /// the place in the index is fetched, of the one in the middle the cell, and the first one is added. Cells do not
    /// move; a number read too early is caught by the key.
    /// </remarks>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int UpdateDense<TMoments, TOrder>(
        ulong* keys, ushort* rows, double* values, int from, int count, byte* overflow)
        where TMoments : struct, IMoments
        where TOrder : IRowOrder
    {
        uint* hashes = stackalloc uint[RingMask + 1];
        nint* cells = stackalloc nint[RingMask + 1];
        FarProbe probe = new(_far);
        for (nint i = from - IndexAhead; i < count; i++)
        {
            nint ahead = i + IndexAhead;
            if (ahead < count)
            {
                uint hash = _hash.Of(keys[TOrder.At(rows, ahead)]);
                hashes[ahead & RingMask] = hash;
                Prefetch(probe.PlaceOf(hash));
            }

            ahead = i + CellAhead;
            if (ahead < count && ahead >= from)
            {
                uint number = probe.Guess(hashes[ahead & RingMask]);
                byte* guess = number == 0 ? null : _segments.At(number - 1);
                cells[ahead & RingMask] = (nint)guess;
                Prefetch(guess);
            }

            if (i < from)
            {
                continue;
            }

            nint row = TOrder.At(rows, i);
            FieldCell* cell = (FieldCell*)cells[i & RingMask];
            double value = values[row];
            if (cell == null || cell->Key != keys[row] || cell->RecordCount == 0 || double.IsNaN(value))
            {
                UpdateOne<TMoments>(keys[row], value, overflow);
                probe = new FarProbe(_far);
                if (_absent.Any)
                {
                    return (int)i + 1;
                }

                continue;
            }

            long before = cell->RecordCount++;
            if (IsBeforeSpecial<TMoments>(before))
            {
                FieldCell.Add<TMoments>(cell, value, before + 1);
            }
            else
            {
                FieldCell.Add<TMoments>(cell, value);
            }
        }

        return count;
    }

    // Any record: finds or adds its cell, wherever that is, and adds its value, if there is one.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void UpdateOne<TMoments>(ulong key, double value, byte* overflow)
        where TMoments : struct, IMoments
    {
        FieldCell* cell;
        if (IsSparse && !_absent.Any && !double.IsNaN(value))
        {
            cell = (FieldCell*)_sparse.PlaceOf(key);
            if (cell->RecordCount != 0)
            {
                cell->RecordCount++;
                FieldCell.Add<TMoments>(cell, value, cell->RecordCount);
                return;
            }
        }

        int number = FindOrAdd(key);
        if (number < 0)
        {
            ((CellHead*)overflow)->RecordCount++;
            return;
        }

        cell = (FieldCell*)CellAt(number);
        cell->RecordCount++;
        if (double.IsNaN(value))
        {
            _absent.Add(heap, number, 1, Count);
        }
        else
        {
            FieldCell.Add<TMoments>(cell, value, cell->RecordCount - _absent.Of(number));
        }
    }
}
