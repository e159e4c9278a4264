using System.Runtime.CompilerServices;

namespace FastStream.Engine.Partitions.Aggregation;

/// <content>What a snapshot under way wants of the cells.</content>
internal sealed unsafe partial class CellTable
{
    /// <summary>Whether any cell has, or had, absent values.</summary>
    public bool HasAnyAbsent => _absent.Any;

    /// <summary>Whether a cell has absent values, which stand apart from it.</summary>
    public bool HasAbsent(int number) => _absent.Any && _absent.Of(number) != 0;

    /// <summary>A cell as the table has it, and how many of the next ones, at most so many, lie behind it.</summary>
    public byte* Adjacent(int number, int most, out int count)
    {
        int inSegment = (1 << _segments.CellsLog2) - (number & ((1 << _segments.CellsLog2) - 1));
        count = IsSparse ? 1 : Math.Min(most, inSegment);
        return CellAt(number);
    }

    /// <summary>
    /// Tells the writer of every cell that these rows are going to change and that it has not kept yet. It may hear of
    /// others as well: what is looked at is the index, not the cells.
    /// </summary>
    public void KeepBefore(Pane pane, ulong* keys, ushort* rows, int count, SnapshotWriter writer)
    {
        if (IsSparse)
        {
            KeepBeforeSparse(pane, keys, rows, count, writer);
            return;
        }

        for (int from = 0; from < count; from += TileRows)
        {
            KeepTile(pane, keys, rows + from, Math.Min(TileRows, count - from), writer);
        }
    }

    private void KeepBeforeSparse(Pane pane, ulong* keys, ushort* rows, int count, SnapshotWriter writer)
    {
        for (int i = 0; i < count; i++)
        {
            int number = _sparse.Find(keys[rows[i]]);
            if (pane.IsToKeep((uint)number))
            {
                writer.Keep(pane, number);
            }
        }
    }

    // A cell whose bits of the hash are the key's but whose key is another is kept, too: that is no harm, and the
    // key's own, farther on, is found all the same.
    [SkipLocalsInit]
    private void KeepTile(Pane pane, ulong* keys, ushort* rows, int count, SnapshotWriter writer)
    {
        uint* hashes = stackalloc uint[TileRows];
        uint* index = _far.Entries;
        int shift = _far.Shift;
        for (int i = 0; i < count; i++)
        {
            hashes[i] = _hash.Of(keys[rows[i]]);
            Prefetch(index + (hashes[i] >> shift));
        }

        uint mask = (1u << _far.Log2) - 1;
        uint numberMask = _far.NumberMask;
        int tagShift = _far.TagShift;
        for (int i = 0; i < count; i++)
        {
            uint tag = hashes[i] << tagShift;
            for (uint at = hashes[i] >> shift; index[at] != 0; at = (at + 1) & mask)
            {
                uint number = (index[at] & numberMask) - 1;
                if (((index[at] ^ tag) & ~numberMask) == 0 && pane.IsToKeep(number))
                {
                    writer.Keep(pane, (int)number);
                }
            }
        }
    }
}
