using System.Diagnostics;

namespace FastStream.Engine.Partitions.Aggregation;

/// <content>The loops over records while the keys are few.</content>
internal sealed unsafe partial class CellTable
{
    /// <summary>
    /// Finds or adds the cell of each row, counts the record in it and adds its value to the state at the offset, all
    /// in one pass: for a view with a single state, whose table is near.
    /// </summary>
    public void Update<TUpdate>(ulong* keys, ushort* rows, double* values, int count, int offset, byte* overflow)
        where TUpdate : IValueUpdate
    {
        Debug.Assert(count > 0 && IsNear);
        if (AdjacentRows.Are(rows, count))
        {
            UpdateNear<TUpdate, AdjacentRows>(keys + rows[0], rows, values + rows[0], count, offset, overflow);
        }
        else
        {
            UpdateNear<TUpdate, ListedRows>(keys, rows, values, count, offset, overflow);
        }
    }

    private void UpdateNear<TUpdate, TOrder>(
        ulong* keys, ushort* rows, double* values, int count, int offset, byte* overflow)
        where TUpdate : IValueUpdate
        where TOrder : IRowOrder
    {
        NearEntry* index = _near.Entries;
        int shift = 64 - _near.Log2;
        for (int i = 0; i < count; i++)
        {
            nint row = TOrder.At(rows, i);
            ulong key = keys[row];
            NearEntry* entry = index + (TableHash.Of(key) >> shift);
            byte* cell = entry->Cell;
            if (entry->Key != key || cell == null)
            {
                cell = FindOrAdd(key);
                cell = cell == null ? overflow : cell;
                if (!IsNear)
                {
                    // This key was one too many: the rest, if any, is found the other way.
                    AddSlowly<TUpdate, TOrder>(keys, rows, values, i, count, offset, overflow);
                    return;
                }

                index = _near.Entries;
                shift = 64 - _near.Log2;
            }

            ((CellHead*)cell)->RecordCount++;
            double value = values[row];
            if (!double.IsNaN(value))
            {
                TUpdate.Add(cell + offset, value);
            }
        }
    }

    private void AddSlowly<TUpdate, TOrder>(
        ulong* keys, ushort* rows, double* values, int from, int count, int offset, byte* overflow)
        where TUpdate : IValueUpdate
        where TOrder : IRowOrder
    {
        for (int i = from; i < count; i++)
        {
            nint row = TOrder.At(rows, i);
            byte* cell = CountSlowly(keys[row], overflow);
            if (!double.IsNaN(values[row]))
            {
                TUpdate.Add(cell + offset, values[row]);
            }
        }
    }

    private void ResolveNear<TOrder>(ulong* keys, ushort* rows, int count, nint* cells, byte* overflow)
        where TOrder : IRowOrder
    {
        NearEntry* index = _near.Entries;
        int shift = 64 - _near.Log2;
        for (int i = 0; i < count; i++)
        {
            ulong key = keys[TOrder.At(rows, i)];
            NearEntry* entry = index + (TableHash.Of(key) >> shift);
            byte* cell = entry->Cell;
            if (entry->Key != key || cell == null)
            {
                cell = FindOrAdd(key);
                cell = cell == null ? overflow : cell;
                if (!IsNear)
                {
                    for (; i < count; i++)
                    {
                        cells[i] = (nint)CountSlowly(keys[TOrder.At(rows, i)], overflow);
                    }

                    return;
                }

                index = _near.Entries;
                shift = 64 - _near.Log2;
            }

            ((CellHead*)cell)->RecordCount++;
            cells[i] = (nint)cell;
        }
    }

    private byte* CountSlowly(ulong key, byte* overflow)
    {
        byte* cell = FindOrAdd(key);
        cell = cell == null ? overflow : cell;
        ((CellHead*)cell)->RecordCount++;
        return cell;
    }
}
