using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>
/// Dense cells by number, in segments of at most 4 KiB that never move. Owned by the partition's thread.
/// </summary>
/// <remarks>
/// The first segments are rented one by one, so that a window with few keys stays small, later ones are cut from slabs.
/// SAFETY: the list and the segments are blocks of the heap.
/// </remarks>
internal unsafe struct CellSegments(int cellBytes)
{
    private const int MinListLog2 = 6;
    private const int MaxSegmentBytes = 4096;
    private const int SingleSegments = 4;

    private readonly int _cellBytes = cellBytes;
    private readonly int _cellsLog2 = BitOperations.Log2((uint)Math.Max(1, MaxSegmentBytes / cellBytes));
    private byte** _segments;
    private int _listLog2;
    private int _segmentCount;

    /// <summary>Log2 of the cells of a segment.</summary>
    public readonly int CellsLog2 => _cellsLog2;

    private readonly int SegmentBytes => _cellBytes << _cellsLog2;

    private readonly int SegmentsPerSlab => (1 << PartitionHeap.SlabLog2) / SegmentBytes;

    /// <summary>Makes it ready, empty.</summary>
    public void Open(PartitionHeap heap)
    {
        _listLog2 = MinListLog2;
        _segments = (byte**)heap.Rent(_listLog2);
        _segmentCount = 0;
    }

    /// <summary>Gives all memory back.</summary>
    public void Close(PartitionHeap heap)
    {
        int singleLog2 = PartitionHeap.Log2For(SegmentBytes);
        for (int i = 0; i < _segmentCount; i += i < SingleSegments ? 1 : SegmentsPerSlab)
        {
            heap.Return(_segments[i], i < SingleSegments ? singleLog2 : PartitionHeap.SlabLog2);
        }

        heap.Return((byte*)_segments, _listLog2);
        _segments = null;
    }

    /// <summary>The cell of a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly byte* At(uint number)
    {
        Debug.Assert(number < (uint)_segmentCount << _cellsLog2);
        byte* segment = _segments[number >> _cellsLog2];
        return segment + ((nuint)(number & ((1u << _cellsLog2) - 1)) * (nuint)_cellBytes);
    }

    /// <summary>Makes room for one cell more than so many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Reserve(PartitionHeap heap, int cells)
    {
        if (cells == _segmentCount << _cellsLog2)
        {
            AddSegments(heap);
        }
    }

    private void AddSegments(PartitionHeap heap)
    {
        int added = _segmentCount < SingleSegments ? 1 : SegmentsPerSlab;
        if ((long)(_segmentCount + added) * sizeof(byte*) > 1L << _listLog2)
        {
            GrowList(heap, _segmentCount + added);
        }

        byte* block = heap.Rent(_segmentCount < SingleSegments
            ? PartitionHeap.Log2For(SegmentBytes)
            : PartitionHeap.SlabLog2);
        for (int i = 0; i < added; i++)
        {
            _segments[_segmentCount++] = block + ((long)i * SegmentBytes);
        }
    }

    private void GrowList(PartitionHeap heap, int needed)
    {
        int log2 = Math.Max(_listLog2 + 1, PartitionHeap.Log2For((long)needed * sizeof(byte*)));
        byte** larger = (byte**)heap.Rent(log2);
        long bytes = (long)_segmentCount * sizeof(byte*);
        Buffer.MemoryCopy(_segments, larger, bytes, bytes);
        heap.Return((byte*)_segments, _listLog2);
        _segments = larger;
        _listLog2 = log2;
    }
}
