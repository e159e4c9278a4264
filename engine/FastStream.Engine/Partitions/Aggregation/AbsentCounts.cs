using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>
/// Absent values of the cells of a table, by cell number. Takes no memory until a first value is absent, as in most
/// windows none is. Owned by the partition's thread.
/// </summary>
internal unsafe struct AbsentCounts
{
    private long* _counts;
    private int _log2;

    /// <summary>Whether a value was ever absent.</summary>
    public readonly bool Any => _counts != null;

    /// <summary>Absent values of a cell.</summary>
    public readonly long Of(int cell) => cell < Capacity ? _counts[cell] : 0;

    /// <summary>Counts more of a cell in a table of so many cells.</summary>
    public void Add(PartitionHeap heap, int cell, long absent, int cellCount)
    {
        if (cell >= Capacity)
        {
            Grow(heap, cellCount);
        }

        _counts[cell] += absent;
    }

    /// <summary>Gives the memory back.</summary>
    public void Close(PartitionHeap heap)
    {
        if (_counts != null)
        {
            heap.Return((byte*)_counts, _log2);
            _counts = null;
        }
    }

    private readonly int Capacity => _counts == null ? 0 : 1 << (_log2 - 3);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(PartitionHeap heap, int cellCount)
    {
        AbsentCounts old = this;
        _log2 = PartitionHeap.Log2For((long)cellCount * sizeof(long));
        _counts = (long*)heap.RentCleared(_log2);
        NativeMemory.Copy(old._counts, _counts, (nuint)(old.Capacity * sizeof(long)));
        old.Close(heap);
    }
}
