using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastStream.Engine.Memory;

/// <summary>
/// Bounded hand-over from one thread (the writer) to one other (the reader), lock-free and without allocation.
/// </summary>
/// <remarks>
/// Owners: the writer owns <c>_tail</c> and <c>_headSeen</c>, the reader <c>_head</c> and <c>_tailSeen</c>.
/// Invariants: 0 &lt;= tail - head &lt;= capacity; both only rise; cell i &amp; mask belongs to the writer while
/// i - head &gt;= capacity is false and i &gt;= tail, to the reader while head &lt;= i &lt; tail.
/// Protocol:
/// 1. The writer fills the cell, then releases it by writing <c>_tail</c> (release); the reader's read of
///    <c>_tail</c> (acquire) is its partner.
/// 2. The reader empties the cell, then gives it back by writing <c>_head</c> (release); the writer's read of
///    <c>_head</c> (acquire) is its partner.
/// 3. Each side keeps the last cursor it saw of the other and reads the real one only when that one says full or
///    empty, so a busy ring moves one cache line per many items.
/// Waking a sleeping reader is not the ring's business: see <see cref="Parker"/>.
/// </remarks>
internal sealed class SpscRing<T>
{
    private readonly T[] _cells;
    private readonly int _mask;

    private PaddedLong _tail;     // writer: the writing thread
    private PaddedLong _headSeen; // writer: the writing thread
    private PaddedLong _head;     // writer: the reading thread
    private PaddedLong _tailSeen; // writer: the reading thread

    /// <summary>Makes a ring of at least <paramref name="capacity"/> cells, rounded up to a power of two.</summary>
    internal SpscRing(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, 1 << 30);
        _cells = new T[BitOperations.RoundUpToPowerOf2((uint)capacity)];
        _mask = _cells.Length - 1;
    }

    internal int Capacity => _cells.Length;

    /// <summary>How many items lie in the ring; exact on either owner's thread while the other rests.</summary>
    internal int Count
    {
        get
        {
            long head = Volatile.Read(ref _head.Value); // partner: the reader's release in TryDequeue
            long tail = Volatile.Read(ref _tail.Value); // partner: the writer's release in TryEnqueue
            return (int)Math.Clamp(tail - head, 0, Capacity);
        }
    }

    internal bool IsEmpty => Count == 0;

    /// <summary>Writer's thread only. False when the ring is full; nothing has changed then.</summary>
    internal bool TryEnqueue(in T item)
    {
        long tail = _tail.Value;
        if (tail - _headSeen.Value >= _cells.Length)
        {
            _headSeen.Value = Volatile.Read(ref _head.Value); // partner: the reader's release in TryDequeue
            if (tail - _headSeen.Value >= _cells.Length)
            {
                return false;
            }
        }

        _cells[(int)tail & _mask] = item;
        Volatile.Write(ref _tail.Value, tail + 1); // partner: the reader's acquire in TryPeek
        return true;
    }

    /// <summary>Reader's thread only. The oldest item stays in the ring.</summary>
    internal bool TryPeek([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T item)
    {
        long head = _head.Value;
        if (head == _tailSeen.Value)
        {
            _tailSeen.Value = Volatile.Read(ref _tail.Value); // partner: the writer's release in TryEnqueue
            if (head == _tailSeen.Value)
            {
                item = default;
                return false;
            }
        }

        item = _cells[(int)head & _mask];
        return true;
    }

    /// <summary>Reader's thread only. Takes the oldest item; false when there is none.</summary>
    internal bool TryDequeue([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T item)
    {
        if (!TryPeek(out item))
        {
            return false;
        }

        long head = _head.Value;
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            _cells[(int)head & _mask] = default!; // the ring keeps nothing alive that it has handed out
        }

        Volatile.Write(ref _head.Value, head + 1); // partner: the writer's acquire in TryEnqueue
        return true;
    }
}
