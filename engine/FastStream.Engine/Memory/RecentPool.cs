using System.Collections.Concurrent;
using Microsoft.Extensions.ObjectPool;

namespace FastStream.Engine.Memory;

/// <summary>
/// Gives out what came back last, which the caches still hold. A queue of thousands of things gives out the one that
/// nobody has touched for longest, and each use of it begins with misses.
/// </summary>
/// <remarks>
/// Safe for all threads, none of which sleeps for another one. The newest lies apart, where it is put and taken by one
/// exchange. The others are a stack, which whoever finds it free takes for a few instructions. Who brings something
/// and finds it taken puts that into a queue beside it; who wants something looks there, too, and tries a few times
/// before it makes a new one. Beyond the capacity what comes back is left to the garbage collector.
/// </remarks>
internal sealed class RecentPool<T>(Func<T> create, int capacity) : ObjectPool<T>
    where T : class
{
    private const int FirstCount = 16;
    private const int Tries = 32; // spins, then turns for others, before something new is made

    private readonly ConcurrentQueue<T> _aside = new(); // what came back while the stack was taken
    private T? _newest; // by Interlocked
    private T?[] _items = new T?[Math.Min(capacity - 1, FirstCount)]; // who has the stack; grows to the capacity
    private int _count; // the same
    private int _isTaken; // by Interlocked; 1 while a thread has the stack

    /// <inheritdoc/>
    public override T Get()
    {
        if (Volatile.Read(ref _newest) is not null && Interlocked.Exchange(ref _newest, null) is T newest)
        {
            return newest;
        }

        SpinWait spin = default;
        bool wasTaken = true;
        for (int i = 0; i < Tries && wasTaken; i++)
        {
            if (TryTakeStack())
            {
                T? item = Pop();
                LeaveStack();
                if (item is not null)
                {
                    return item;
                }

                wasTaken = false;
            }

            if (_aside.TryDequeue(out T? aside))
            {
                return aside;
            }

            if (wasTaken)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }
        }

        return create();
    }

    /// <inheritdoc/>
    public override void Return(T obj)
    {
        T? older = Interlocked.Exchange(ref _newest, obj);
        if (older is null)
        {
            return;
        }

        if (TryTakeStack())
        {
            Push(older);
            LeaveStack();
        }
        else if (_aside.Count + Volatile.Read(ref _count) < capacity - 1)
        {
            _aside.Enqueue(older);
        }
    }

    private bool TryTakeStack() => Interlocked.Exchange(ref _isTaken, 1) == 0; // partner: LeaveStack

    private void LeaveStack() => Volatile.Write(ref _isTaken, 0); // partner: TryTakeStack

    private T? Pop()
    {
        if (_count == 0)
        {
            return null;
        }

        ref T? place = ref _items[--_count];
        T? item = place;
        place = null;
        return item;
    }

    private void Push(T item)
    {
        if (_count == _items.Length && _count < capacity - 1)
        {
            Array.Resize(ref _items, Math.Min(capacity - 1, 2 * _count));
        }

        if (_count < _items.Length)
        {
            _items[_count++] = item;
        }
    }
}
