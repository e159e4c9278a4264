using System.Runtime.CompilerServices;

namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>
/// The index of a window with many keys: four bytes an entry, so that it leaves the caches as late as possible. Owned
/// by the partition's thread.
/// </summary>
/// <remarks>
/// An entry is 0 (free) or the cell's number plus one; keys are compared in the cells. A 16th full while it fits the
/// second-level cache, an 8th in the third, a quarter beyond.
/// SAFETY: Entries is a block of the heap with 2^Log2 entries.
/// </remarks>
internal unsafe struct FarIndex
{
    private const int MinLog2 = 14;
    private const int EntryLog2Bytes = 2;

    /// <summary>The entries; null when the index is not in use.</summary>
    public uint* Entries { get; private set; }

    /// <summary>Log2 of the entries.</summary>
    public int Log2 { get; private set; }

    /// <summary>Makes it ready, empty, with room for at least so many cells.</summary>
    public void Open(PartitionHeap heap, int cells)
    {
        int log2 = MinLog2;
        while (CapacityOf(log2) < cells)
        {
            log2++;
        }

        Rent(heap, log2);
    }

    /// <summary>Gives the memory back.</summary>
    public void Close(PartitionHeap heap)
    {
        heap.Return((byte*)Entries, Log2 + EntryLog2Bytes);
        Entries = null;
    }

    /// <summary>Whether one cell more than so many needs <see cref="Grow"/>.</summary>
    public readonly bool IsFull(int cells) => cells >= CapacityOf(Log2);

    /// <summary>Twice the entries, all free: the caller enters its cells again.</summary>
    public void Grow(PartitionHeap heap)
    {
        int log2 = Log2 + (Log2 < 16 ? 2 : 1);
        Close(heap);
        Rent(heap, log2);
    }

    /// <summary>Enters the number (plus one) of a cell whose key is not there. There must be room.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Enter(ulong key, uint number)
    {
        uint mask = (1u << Log2) - 1;
        uint at = (uint)(TableHash.Of(key) >> (64 - Log2));
        while (Entries[at] != 0)
        {
            at = (at + 1) & mask;
        }

        Entries[at] = number;
    }

    private static int CapacityOf(int log2) => (1 << log2) >> (log2 <= 18 ? 4 : log2 <= 20 ? 3 : 2);

    private void Rent(PartitionHeap heap, int log2)
    {
        Log2 = log2;
        Entries = (uint*)heap.RentCleared(log2 + EntryLog2Bytes);
    }
}
