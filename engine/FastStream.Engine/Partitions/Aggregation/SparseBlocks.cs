namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>
/// The memory of a view's sparse tables in one partition, bounded: when a window wants more than there is, the oldest
/// of the others goes over to dense cells. Blocks that come back are free cells throughout and used again as they are,
/// so that no window pays for clearing them.
/// </summary>
/// <remarks>Invariant: bytes of all tables and of the blocks kept are at most <see cref="MaxBytes"/>.</remarks>
internal sealed unsafe class SparseBlocks(PartitionHeap heap)
{
    /// <summary>Bytes of places at most.</summary>
    public const long MaxBytes = 14 << 20;

    private const int MaxBlockLog2 = SparseCells.MaxLog2 + SparseCells.MaxCellLog2;

    private readonly List<CellTable> _tables = []; // by the time they were opened
    private readonly Stack<nint>[] _kept = [.. Enumerable.Range(0, MaxBlockLog2 + 1).Select(_ => new Stack<nint>())];
    private long _bytes;
    private bool _isClosed;

    /// <summary>
    /// A block of free cells that costs nothing: one kept, or that of the oldest table, which goes over to dense cells
    /// for the newest window. Null when there is none.
    /// </summary>
    public byte* TryTake(int log2, bool isNewest)
    {
        CellTable? oldest = _tables.Count > 0 ? _tables[0] : null;
        if (_kept[log2].Count == 0 && isNewest && oldest?.SparseBytesLog2 == log2)
        {
            oldest.BecomeDense();
        }

        return _kept[log2].TryPop(out nint block) ? (byte*)block : null;
    }

    /// <summary>
    /// A block of free cells for a table; null when there is no room and no other table to take it from.
    /// </summary>
    public byte* TryRent(int log2, CellTable table)
    {
        if (_kept[log2].TryPop(out nint block))
        {
            return (byte*)block;
        }

        while (_bytes + (1L << log2) > MaxBytes)
        {
            if (DropOne())
            {
                continue;
            }

            if (!DemoteOldestBut(table))
            {
                return null;
            }

            if (_kept[log2].TryPop(out block))
            {
                return (byte*)block;
            }
        }

        _bytes += 1L << log2;
        return heap.RentCleared(log2);
    }

    /// <summary>Takes back a block whose cells are all free.</summary>
    public void Return(byte* block, int log2)
    {
        _kept[log2].Push((nint)block);
        if (_isClosed)
        {
            DropOne();
        }
    }

    /// <summary>Takes back a block that no window will want soon, whatever its cells hold.</summary>
    public void Release(byte* block, int log2)
    {
        heap.Release(block, log2);
        _bytes -= 1L << log2;
    }

    /// <summary>Names a table that has a block.</summary>
    public void Enter(CellTable table) => _tables.Add(table);

    /// <summary>Forgets a table that has none any more.</summary>
    public void Leave(CellTable table) => _tables.Remove(table);

    /// <summary>Gives the kept blocks back, and those still to come when they come.</summary>
    public void Close()
    {
        _isClosed = true;
        DropAll();
    }

    /// <summary>Gives the kept blocks back: the windows have grown beyond them.</summary>
    public void DropAll()
    {
        while (DropOne())
        {
        }
    }

    private bool DropOne()
    {
        for (int log2 = 0; log2 <= MaxBlockLog2; log2++)
        {
            if (_kept[log2].TryPop(out nint block))
            {
                Release((byte*)block, log2);
                return true;
            }
        }

        return false;
    }

    private bool DemoteOldestBut(CellTable table)
    {
        foreach (CellTable other in _tables)
        {
            if (!ReferenceEquals(other, table))
            {
                other.BecomeDense();
                return true;
            }
        }

        return false;
    }
}
