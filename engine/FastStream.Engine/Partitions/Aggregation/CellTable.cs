using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>
/// The cells of one window, found by key: an open-addressing index of cell numbers over dense cells in segments that
/// never move. Owned by the partition's thread.
/// </summary>
/// <remarks>
/// Few keys are found by a <see cref="NearIndex"/>, many by a <see cref="FarIndex"/>; a table goes from the one to the
/// other once. Cells have numbers from 0 in the order they were added; segment n / SegmentCells holds cell n. The first
/// segments are rented one by one, so that a window with few keys stays small, later ones are cut from slabs.
/// SAFETY: all pointers are blocks of the heap, rented by <see cref="Open"/> and the growth paths, given back by
/// <see cref="Close"/>; cells start with a <see cref="CellHead"/> and hold the plan's states.
/// </remarks>
internal sealed unsafe partial class CellTable(ViewPlan plan, SlotBudget budget, PartitionHeap heap)
{
    /// <summary>Rows resolved at once: their cells fit the first-level cache.</summary>
    public const int TileRows = 256;

    private const int MinSegmentsLog2 = 6;
    private const int MaxSegmentBytes = 4096;
    private const int SingleSegments = 4;

    private readonly int _segmentLog2 = BitOperations.Log2((uint)Math.Max(1, MaxSegmentBytes / plan.CellBytes));
    private NearIndex _near;
    private FarIndex _far; // in use when the near one is not
    private byte** _segments;
    private int _segmentsLog2;
    private int _segmentCount;

    /// <summary>Cells in use.</summary>
    public int Count { get; private set; }

    /// <summary>Cells in use, by slot.</summary>
    public uint* CellsBySlot { get; private set; }

    /// <summary>Log2 of the cells of a segment.</summary>
    public int SegmentLog2 => _segmentLog2;

    /// <summary>Whether the keys are few, so that <see cref="Update"/> may be called.</summary>
    public bool IsNear => _near.Entries != null;

    private int SegmentBytes => plan.CellBytes << _segmentLog2;

    private int SegmentsPerSlab => (1 << PartitionHeap.SlabLog2) / SegmentBytes;

    /// <summary>Makes the table ready, empty, for about so many cells (the view's last window had them).</summary>
    public void Open(int cellsHint)
    {
        _near.Open(heap, cellsHint);
        _segmentsLog2 = MinSegmentsLog2;
        _segments = (byte**)heap.Rent(_segmentsLog2);
        CellsBySlot = (uint*)heap.RentCleared(PartitionHeap.Log2For(SlotHash.SlotCount * sizeof(uint)));
        _segmentCount = 0;
        Count = 0;
    }

    /// <summary>Gives all memory back. Room in the budget was given back when the window closed.</summary>
    public void Close()
    {
        for (int i = 0; plan.HasVariableParts && i < Count; i++)
        {
            plan.ReleaseCell(CellAt(i), heap);
        }

        int singleLog2 = PartitionHeap.Log2For(SegmentBytes);
        for (int i = 0; i < _segmentCount; i += i < SingleSegments ? 1 : SegmentsPerSlab)
        {
            heap.Return(_segments[i], i < SingleSegments ? singleLog2 : PartitionHeap.SlabLog2);
        }

        heap.Return((byte*)_segments, _segmentsLog2);
        if (IsNear)
        {
            _near.Close(heap);
        }
        else
        {
            _far.Close(heap);
        }

        heap.Return((byte*)CellsBySlot, PartitionHeap.Log2For(SlotHash.SlotCount * sizeof(uint)));
        _segments = null;
        CellsBySlot = null;
        Count = 0;
    }

    /// <summary>Cell number <paramref name="ordinal"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* CellAt(int ordinal)
    {
        Debug.Assert((uint)ordinal < (uint)Count);
        return At(_segments, (uint)ordinal, _segmentLog2, plan.CellBytes);
    }

    /// <summary>The number of the key's cell, or -1.</summary>
    public int Find(ulong key)
    {
        if (IsNear)
        {
            return _near.Find(key);
        }

        uint* index = _far.Entries;
        uint mask = (1u << _far.Log2) - 1;
        for (uint at = (uint)(TableHash.Of(key) >> (64 - _far.Log2)); index[at] != 0; at = (at + 1) & mask)
        {
            if (((CellHead*)CellAt((int)index[at] - 1))->Key == key)
            {
                return (int)index[at] - 1;
            }
        }

        return -1;
    }

    /// <summary>The key's cell, added if need be; null when there is no room for it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // the rare way out of the loops over records
    public byte* FindOrAdd(ulong key)
    {
        int number = Find(key);
        return number >= 0 ? CellAt(number) : budget.TryTake(CellsBySlot, SlotOf(key)) ? AddCell(key) : null;
    }

    /// <summary>
    /// A new cell for a key that comes out of a snapshot: it found room once and keeps it, whatever the limits. A
    /// window that was closed has given its room back.
    /// </summary>
    public byte* AddSaved(ulong key, bool isClosed)
    {
        if (Find(key) >= 0)
        {
            throw new InvalidDataException($"Saved state holds key {key} twice in one window.");
        }

        if (isClosed)
        {
            CellsBySlot[SlotOf(key)]++;
        }
        else
        {
            budget.Take(CellsBySlot, SlotOf(key));
        }

        return AddCell(key);
    }

    /// <summary>
    /// Finds or adds the cell of each row and counts the record in it. Rows whose key finds no room get the cell
    /// <paramref name="overflow"/>, which takes their values instead. At most <see cref="TileRows"/> rows.
    /// </summary>
    public void Resolve(ulong* keys, ushort* rows, int count, nint* cells, byte* overflow)
    {
        Debug.Assert(count is > 0 and <= TileRows);
        if (!IsNear)
        {
            ResolveFar(keys, rows, count, cells, overflow);
        }
        else if (AdjacentRows.Are(rows, count))
        {
            ResolveNear<AdjacentRows>(keys + rows[0], rows, count, cells, overflow);
        }
        else
        {
            ResolveNear<ListedRows>(keys, rows, count, cells, overflow);
        }
    }

    /// <remarks>
    /// In three sweeps, so that the misses of a tile overlap: hash and fetch the index line, read the index and fetch
    /// the cell, compare. What the second sweep read stays true when an addition makes the index grow: a cell keeps
    /// its number. Anything but a hit at the first place goes the slow way.
    /// </remarks>
    [SkipLocalsInit]
    private void ResolveFar(ulong* keys, ushort* rows, int count, nint* cells, byte* overflow)
    {
        uint* places = stackalloc uint[TileRows];
        Hash(keys, rows, count, places);
        uint* index = _far.Entries;
        byte** segments = _segments;
        int cellBytes = plan.CellBytes;
        int segmentLog2 = _segmentLog2;
        for (int i = 0; i < count; i++)
        {
            uint number = index[places[i]];
            byte* cell = number == 0 ? overflow : At(segments, number - 1, segmentLog2, cellBytes);
            cells[i] = (nint)cell;
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(cell);
            }
        }

        for (int i = 0; i < count; i++)
        {
            CellHead* cell = (CellHead*)cells[i];
            ulong key = keys[rows[i]];
            if (cell->Key != key || cell == overflow)
            {
                cell = (CellHead*)FindOrAdd(key);
                cell = cell == null ? (CellHead*)overflow : cell;
                cells[i] = (nint)cell;
            }

            cell->RecordCount++;
        }
    }

    private void Hash(ulong* keys, ushort* rows, int count, uint* places)
    {
        int shift = 64 - _far.Log2;
        uint* index = _far.Entries;
        for (int i = 0; i < count; i++)
        {
            uint place = (uint)(TableHash.Of(keys[rows[i]]) >> shift);
            places[i] = place;
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(index + place);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* At(byte** segments, uint ordinal, int segmentLog2, int cellBytes) =>
        segments[ordinal >> segmentLog2] + ((nuint)(ordinal & ((1u << segmentLog2) - 1)) * (nuint)cellBytes);

    private int SlotOf(ulong key) => plan.KeysAreSlots ? (int)key : SlotHash.SlotOf(key);

    private byte* AddCell(ulong key)
    {
        MakeRoom();
        int ordinal = Count++;
        byte* cell = CellAt(ordinal);
        plan.InitCell(cell, key);
        if (IsNear)
        {
            _near.Enter(key, cell, ordinal);
        }
        else
        {
            _far.Enter(key, (uint)ordinal + 1);
        }

        return cell;
    }

    private void MakeRoom()
    {
        if (Count == _segmentCount << _segmentLog2)
        {
            AddSegments();
        }

        if (IsNear ? !_near.IsFull(Count) : !_far.IsFull(Count))
        {
            return;
        }

        if (IsNear && Count < NearIndex.MaxCells)
        {
            _near.Grow(heap);
            return;
        }

        if (IsNear)
        {
            _near.Close(heap);
            _far.Open(heap, Count + 1);
        }
        else
        {
            _far.Grow(heap);
        }

        for (int i = 0; i < Count; i++)
        {
            _far.Enter(((CellHead*)CellAt(i))->Key, (uint)i + 1);
        }
    }

    private void AddSegments()
    {
        int added = _segmentCount < SingleSegments ? 1 : SegmentsPerSlab;
        if ((long)(_segmentCount + added) * sizeof(byte*) > 1L << _segmentsLog2)
        {
            GrowSegmentList(_segmentCount + added);
        }

        byte* block = heap.Rent(added == 1 && _segmentCount < SingleSegments
            ? PartitionHeap.Log2For(SegmentBytes)
            : PartitionHeap.SlabLog2);
        for (int i = 0; i < added; i++)
        {
            _segments[_segmentCount++] = block + ((long)i * SegmentBytes);
        }
    }

    private void GrowSegmentList(int needed)
    {
        int log2 = Math.Max(_segmentsLog2 + 1, PartitionHeap.Log2For((long)needed * sizeof(byte*)));
        byte** larger = (byte**)heap.Rent(log2);
        long bytes = (long)_segmentCount * sizeof(byte*);
        Buffer.MemoryCopy(_segments, larger, bytes, bytes);
        heap.Return((byte*)_segments, _segmentsLog2);
        _segments = larger;
        _segmentsLog2 = log2;
    }
}
