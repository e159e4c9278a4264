using System.Runtime.CompilerServices;

namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>
/// Few cells, each in the place that its key's hash names, so that a hit touches one cache line in all. Owned by the
/// partition's thread.
/// </summary>
/// <remarks>
/// A 32nd full up to 128 cells, then a 16th, at its largest an 8th: a collision costs a mispredicted branch, which is
/// dearer than memory that nobody touches. A place without records is free; the next one is tried where a place is
/// taken. Cells move when the table grows; their numbers stay.
/// SAFETY: Places has 2^Log2 cells, _numbers as many, _offsets one for each cell there may be; blocks of view and heap.
/// </remarks>
internal unsafe struct SparseCells(int cellLog2)
{
    /// <summary>Log2 of the places at least.</summary>
    public const int MinLog2 = 6;

    /// <summary>Log2 of the places at most.</summary>
    public const int MaxLog2 = 17;

    /// <summary>Cells at most.</summary>
    public const int MaxCells = 1 << (MaxLog2 - 3);

    /// <summary>A cell of one line at most: where it is larger, what a place costs is no longer small.</summary>
    public const int MaxCellLog2 = 6;

    private readonly int _cellLog2 = cellLog2;
    private ushort* _numbers;
    private uint* _offsets;

    /// <summary>The places; null when not in use.</summary>
    public byte* Places { get; private set; }

    /// <summary>Log2 of the places.</summary>
    public int Log2 { get; private set; }

    /// <summary>Log2 of the bytes of all places.</summary>
    public readonly int BytesLog2 => Log2 + _cellLog2;

    /// <summary>The bits of a hash that are the offset of its place.</summary>
    public readonly nuint OffsetMask => ((nuint)1 << BytesLog2) - ((nuint)1 << _cellLog2);

    /// <summary>Log2 of the places for so many cells.</summary>
    public static int Log2For(int cells)
    {
        int log2 = MinLog2;
        while (log2 < MaxLog2 && CapacityOf(log2) < cells)
        {
            log2++;
        }

        return log2;
    }

    /// <summary>Whether there is no room for one cell more than so many.</summary>
    public readonly bool IsFull(int cells) => cells >= CapacityOf(Log2);

    /// <summary>Takes on empty places.</summary>
    public void Open(PartitionHeap heap, byte* places, int log2)
    {
        Places = places;
        Log2 = log2;
        _numbers = (ushort*)heap.Rent(log2 + 1);
        _offsets = (uint*)heap.Rent(PartitionHeap.Log2For((long)CapacityOf(log2) * sizeof(uint)));
    }

    /// <summary>Gives up the places; so many cells are made free again.</summary>
    public byte* Close(PartitionHeap heap, int cells)
    {
        byte* places = Places;
        for (int i = 0; i < cells; i++)
        {
            // A free place has no key, so that any other key that looks there goes on without a look at the count.
            *(CellHead*)At((uint)i) = default;
        }

        heap.Return((byte*)_numbers, Log2 + 1);
        heap.Return((byte*)_offsets, PartitionHeap.Log2For((long)CapacityOf(Log2) * sizeof(uint)));
        Places = null;
        return places;
    }

    /// <summary>The cell of a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly byte* At(uint number) => Places + _offsets[number];

    /// <summary>The number of the key's cell, or -1.</summary>
    public readonly int Find(ulong key)
    {
        byte* place = PlaceOf(key);
        return ((CellHead*)place)->RecordCount == 0 ? -1 : NumberOf(place);
    }

    /// <summary>Where the key's cell is, or, free of records, where it would go.</summary>
    public readonly byte* PlaceOf(ulong key)
    {
        nuint mask = OffsetMask;
        nuint at = TableHash.OfProcess.Of(key) & mask;
        while (((CellHead*)(Places + at))->RecordCount != 0 && ((CellHead*)(Places + at))->Key != key)
        {
            at = (at + ((nuint)1 << _cellLog2)) & mask;
        }

        return Places + at;
    }

    /// <summary>The number of the cell in a place.</summary>
    public readonly int NumberOf(byte* place) => _numbers[(nuint)(place - Places) >> _cellLog2];

    /// <summary>
    /// The place for a key that is not there, as the cell of a number; it stays free until it has records.
    /// </summary>
    public readonly byte* Add(ulong key, int number)
    {
        byte* place = PlaceOf(key);
        _numbers[(nuint)(place - Places) >> _cellLog2] = (ushort)number;
        _offsets[number] = (uint)(place - Places);
        return place;
    }

    private static int CapacityOf(int log2) => log2 == MaxLog2 ? MaxCells : (1 << log2) >> (log2 <= 12 ? 5 : 4);
}
