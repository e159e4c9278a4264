using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastStream.Engine.Memory;

/// <summary>
/// Bounded hand-over from many threads to one reader, lock-free and without allocation. Items of one writer come out
/// in the order in which it put them in.
/// </summary>
/// <remarks>
/// Owners: writers share <c>_tail</c>; the reader owns <c>_head</c>. Each cell carries a turn number (Vyukov's bounded
/// queue): turn = i means "free for the item of position i", i + 1 means "holds the item of position i".
/// Invariants: positions only rise; a cell's turn only rises; only the thread that won position i writes cell
/// i &amp; mask until its turn is i + 1, and only the reader touches it from then until the turn is i + capacity.
/// Protocol:
/// 1. A writer reads the turn of the cell at the tail (acquire; partner: the reader's step 4). Smaller than the
///    position: full. Larger: another writer was faster, look again.
/// 2. It wins the position by compare-and-swap on <c>_tail</c>, fills the cell,
/// 3. and publishes it by turn = position + 1 (release; partner: the reader's acquire in TryDequeue).
/// 4. The reader takes the item when the turn says so and frees the cell by turn = position + capacity (release).
/// A writer that stalls between 2 and 3 holds up the reader at that cell, never corrupts it.
/// </remarks>
internal sealed class BoundedMpscRing<T>
{
    private readonly Cell[] _cells;
    private readonly int _mask;

    private PaddedLong _tail; // writers: every writing thread, by compare-and-swap
    private PaddedLong _head; // writer: the reading thread

    /// <summary>Makes a ring of at least <paramref name="capacity"/> cells, rounded up to a power of two.</summary>
    internal BoundedMpscRing(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, 1 << 30);
        _cells = new Cell[BitOperations.RoundUpToPowerOf2((uint)capacity)];
        _mask = _cells.Length - 1;
        for (int index = 0; index < _cells.Length; index++)
        {
            _cells[index].Turn = index;
        }
    }

    internal int Capacity => _cells.Length;

    /// <summary>Positions won but not yet taken; a moment's picture, for counters and tests.</summary>
    internal int Count
    {
        get
        {
            long head = Volatile.Read(ref _head.Value); // partner: the reader's release in TryDequeue
            long tail = Volatile.Read(ref _tail.Value); // partner: the writers' compare-and-swap in TryEnqueue
            return (int)Math.Clamp(tail - head, 0, Capacity);
        }
    }

    /// <summary>Reader's thread only: whether <see cref="TryDequeue"/> would find nothing now.</summary>
    internal bool IsEmpty
    {
        get
        {
            long head = _head.Value;
            return Volatile.Read(ref _cells[(int)head & _mask].Turn) != head + 1; // partner: step 3 of a writer
        }
    }

    /// <summary>Any thread. False when the ring is full; nothing has changed then.</summary>
    internal bool TryEnqueue(in T item)
    {
        long position = Volatile.Read(ref _tail.Value); // partner: the compare-and-swap of another writer
        while (true)
        {
            ref Cell cell = ref _cells[(int)position & _mask];
            long lead = Volatile.Read(ref cell.Turn) - position; // partner: the reader's release in TryDequeue
            if (lead < 0)
            {
                return false;
            }

            if (lead == 0)
            {
                long found = Interlocked.CompareExchange(ref _tail.Value, position + 1, position); // other writers
                if (found == position)
                {
                    cell.Item = item;
                    Volatile.Write(ref cell.Turn, position + 1); // partner: the reader's acquire in TryDequeue
                    return true;
                }

                position = found;
            }
            else
            {
                position = Volatile.Read(ref _tail.Value); // partner: the compare-and-swap of another writer
            }
        }
    }

    /// <summary>Reader's thread only. Takes the oldest item; false when there is none.</summary>
    internal bool TryDequeue([MaybeNullWhen(false)] out T item)
    {
        long head = _head.Value;
        ref Cell cell = ref _cells[(int)head & _mask];
        if (Volatile.Read(ref cell.Turn) != head + 1) // partner: step 3 of a writer
        {
            item = default;
            return false;
        }

        item = cell.Item;
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            cell.Item = default!; // the ring keeps nothing alive that it has handed out
        }

        Volatile.Write(ref cell.Turn, head + _cells.Length); // partner: a writer's acquire in step 1
        Volatile.Write(ref _head.Value, head + 1); // partner: the reads in Count
        return true;
    }

    private struct Cell
    {
        internal long Turn;
        internal T Item;
    }
}
