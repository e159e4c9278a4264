using System.Runtime.CompilerServices;

namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>
/// The index of dense cells: four bytes an entry, so that it leaves the caches as late as possible. Owned by the
/// partition's thread.
/// </summary>
/// <remarks>
/// An entry is 0 (free) or the cell's number plus one in the low bits and bits of the hash above them, so that a key in
/// another's place is told apart without a look at its cell. At most a quarter full: a number and one take a bit less
/// than a place does. Places go by the top bits of the hash, entries hold its low ones.
/// SAFETY: Entries is a block of the heap with 2^Log2 entries.
/// </remarks>
internal unsafe struct FarIndex
{
    private const int MinLog2 = 6;
    private const int EntryLog2Bytes = 2;
    private const int MaxLoadLog2 = 2;

    /// <summary>The entries; null when the index is not in use.</summary>
    public uint* Entries { get; private set; }

    /// <summary>Log2 of the entries.</summary>
    public int Log2 { get; private set; }

    /// <summary>How far a hash is shifted to give its place.</summary>
    public readonly int Shift => 32 - Log2;

    /// <summary>The bits of an entry that hold a number.</summary>
    public readonly uint NumberMask => (1u << TagShift) - 1;

    /// <summary>How far a hash is shifted to bring its low bits above a number's.</summary>
    public readonly int TagShift => Log2 - MaxLoadLog2 + 1;

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

    /// <summary>Twice the entries or more, all free: the caller enters its cells again.</summary>
    public void Grow(PartitionHeap heap)
    {
        int log2 = Log2 + (Log2 < 16 ? 2 : 1);
        Close(heap);
        Rent(heap, log2);
    }

    /// <summary>Enters the number of a cell whose key is not there. There must be room.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Enter(uint hash, uint number)
    {
        uint mask = (1u << Log2) - 1;
        uint at = hash >> Shift;
        while (Entries[at] != 0)
        {
            at = (at + 1) & mask;
        }

        Entries[at] = (hash << TagShift) | (number + 1);
    }

    private static int CapacityOf(int log2) => (1 << log2) >> MaxLoadLog2;

    private void Rent(PartitionHeap heap, int log2)
    {
        Log2 = log2;
        Entries = (uint*)heap.RentCleared(log2 + EntryLog2Bytes);
    }
}
