using Microsoft.Extensions.ObjectPool;

namespace FastStream.Engine.Memory;

/// <summary>
/// Gives out what came back last, which the caches still hold. A queue of thousands of things gives out the one that
/// nobody has touched for longest, and each use of it begins with misses.
/// </summary>
/// <remarks>
/// Safe for all threads. The newest lies apart, where it is put and taken by one exchange; the lock of the others is
/// held for a few instructions. Beyond the capacity what comes back is left to the garbage collector.
/// </remarks>
internal sealed class RecentPool<T>(Func<T> create, int capacity) : ObjectPool<T>
    where T : class
{
    private const int FirstCount = 16;

    private readonly Lock _guard = new();
    private T? _newest; // by Interlocked
    private T?[] _items = new T?[Math.Min(capacity - 1, FirstCount)]; // under _guard, grows to the capacity
    private int _count; // under _guard

    /// <inheritdoc/>
    public override T Get()
    {
        if (Volatile.Read(ref _newest) is not null && Interlocked.Exchange(ref _newest, null) is T newest)
        {
            return newest;
        }

        lock (_guard)
        {
            if (_count > 0)
            {
                ref T? place = ref _items[--_count];
                T item = place!;
                place = null;
                return item;
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

        lock (_guard)
        {
            if (_count == _items.Length && _count < capacity - 1)
            {
                Array.Resize(ref _items, Math.Min(capacity - 1, 2 * _count));
            }

            if (_count < _items.Length)
            {
                _items[_count++] = older;
            }
        }
    }
}
