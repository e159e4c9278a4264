using System.Runtime.CompilerServices;

namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>
/// The index of a window with few keys: key and cell side by side, so that a hit costs one line of the index and one
/// line of the cell. Owned by the partition's thread.
/// </summary>
/// <remarks>
/// A 16th full, at the largest an 8th: a collision costs a mispredicted branch, which is dearer than the memory. A free
/// entry has no cell. Entries are found by the top bits of <see cref="TableHash"/>, then one after the other.
/// The cells' numbers stand apart: only a snapshot asks for them.
/// SAFETY: Entries and the numbers are blocks of the heap with 2^Log2 places; cells never move while an entry points to
/// them.
/// </remarks>
internal unsafe struct NearIndex
{
    /// <summary>Cells a near index takes at most: it then fills 1 MiB.</summary>
    public const int MaxCells = 1 << (MaxLog2 - 3);

    private const int MinLog2 = 6;
    private const int MaxLog2 = 16;
    private const int EntryLog2Bytes = 4;
    private const int NumberLog2Bytes = 1;

    // Clearing more than 64 KiB at the opening of a window would cost more than growing when the keys come.
    private const int MaxHintLog2 = 12;

    private ushort* _numbers;

    /// <summary>The entries; null when the index is not in use.</summary>
    public NearEntry* Entries { get; private set; }

    /// <summary>Log2 of the entries.</summary>
    public int Log2 { get; private set; }

    /// <summary>Makes it ready, empty, with room for about so many cells.</summary>
    public void Open(PartitionHeap heap, int cellsHint)
    {
        int log2 = MinLog2;
        while (log2 < MaxHintLog2 && CapacityOf(log2) < cellsHint)
        {
            log2 += 2;
        }

        Rent(heap, log2);
    }

    /// <summary>Gives the memory back.</summary>
    public void Close(PartitionHeap heap)
    {
        heap.Return((byte*)Entries, Log2 + EntryLog2Bytes);
        heap.Return((byte*)_numbers, Log2 + NumberLog2Bytes);
        Entries = null;
    }

    /// <summary>The number of the key's cell, or -1.</summary>
    public readonly int Find(ulong key)
    {
        uint at = PlaceOf(key);
        return Entries[at].Cell == null ? -1 : _numbers[at];
    }

    /// <summary>Whether one cell more than so many needs <see cref="Grow"/>, or another kind of index.</summary>
    public readonly bool IsFull(int cells) => cells >= CapacityOf(Log2);

    /// <summary>Enters a key that is not there. There must be room.</summary>
    public readonly void Enter(ulong key, byte* cell, int number)
    {
        uint at = PlaceOf(key);
        Entries[at] = new NearEntry { Key = key, Cell = cell };
        _numbers[at] = (ushort)number;
    }

    /// <summary>Four times the entries. Must not be at its largest.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Grow(PartitionHeap heap)
    {
        NearIndex old = this;
        Rent(heap, old.Log2 + 2);
        for (int i = 0; i < 1 << old.Log2; i++)
        {
            if (old.Entries[i].Cell != null)
            {
                Enter(old.Entries[i].Key, old.Entries[i].Cell, old._numbers[i]);
            }
        }

        old.Close(heap);
    }

    private static int CapacityOf(int log2) => log2 == MaxLog2 ? MaxCells : (1 << log2) >> 4;

    // Where the key is, or where it would go.
    private readonly uint PlaceOf(ulong key)
    {
        uint mask = (1u << Log2) - 1;
        uint at = (uint)(TableHash.Of(key) >> (64 - Log2));
        while (Entries[at].Cell != null && Entries[at].Key != key)
        {
            at = (at + 1) & mask;
        }

        return at;
    }

    private void Rent(PartitionHeap heap, int log2)
    {
        Log2 = log2;
        Entries = (NearEntry*)heap.RentCleared(log2 + EntryLog2Bytes);
        _numbers = (ushort*)heap.Rent(log2 + NumberLog2Bytes);
    }
}
