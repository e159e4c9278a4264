using System.Collections.Concurrent;

namespace FastStream.Engine.Journal;

/// <summary>
/// The segment files of one open log: made and given their space ahead of the tail, removed behind the beginning,
/// both on the thread pool and never on a thread that appends or writes.
/// </summary>
/// <remarks>
/// Owners: the pool item (one at a time, guarded by <c>_working</c>) makes and removes files; the I/O thread looks
/// files up; the appender asks for more and reads <see cref="AllocatedUntil"/>.
/// Invariant: every file below AllocatedUntil and not below the log's beginning exists, has its full length, its
/// space and its directory entry on stable storage. So a write never meets a full disk.
/// </remarks>
internal sealed class LogSegments : IDisposable, IThreadPoolWorkItem
{
    private const long RetryMs = 200;

    private readonly LogGeometry _geometry;
    private readonly DiskReserve? _reserve;
    private readonly bool _spendsReserve;
    private readonly ConcurrentDictionary<int, DurableFile> _open = new();
    private readonly ConcurrentQueue<int> _toRemove = new();
    private readonly Lock _workLock = new();
    private long _allocatedUntil; // writer: the pool item, and OpenAt before any other thread knows this object
    private long _wantedUntil;    // writer: the appender
    private long _retryAtMs;      // writer: the pool item
    private int _working;         // 1 while a pool item is queued or runs; by Interlocked
    private int _error;           // writer: the pool item
    private int _firstSegment;    // writer: the pool item, and OpenAt

    /// <summary>
    /// With a reserve, a log that <paramref name="spendsReserve"/> gets its space when the disk is full; the others
    /// get none while the reserve is not held.
    /// </summary>
    internal LogSegments(LogGeometry geometry, bool direct, DiskReserve? reserve = null, bool spendsReserve = false)
    {
        _geometry = geometry;
        _reserve = reserve;
        _spendsReserve = spendsReserve;
        IsDirect = direct;
    }

    internal bool IsDirect { get; }

    /// <summary>Appends may end here at most.</summary>
    internal long AllocatedUntil => Volatile.Read(ref _allocatedUntil); // partner: the write in Allocate

    /// <summary>The last attempt to get space met a full disk.</summary>
    internal bool IsDiskFull => Volatile.Read(ref _error) != 0; // partner: the writes in Execute

    /// <summary>Error number of the last attempt to get space; 0 when it had it.</summary>
    internal int AllocationError => Volatile.Read(ref _error); // partner: the writes in Execute

    /// <summary>Set when the log has failed: what the last good commit still needs must not be removed.</summary>
    internal bool RemovalStopped { get; set; }

    /// <summary>Tests make allocations fail here: a function from segment number to error number.</summary>
    internal Func<int, int>? AllocationFault { get; set; }

    internal long StoredBytes =>
        (AllocatedUntil / _geometry.SegmentBytes - Volatile.Read(ref _firstSegment)) * _geometry.SegmentBytes;

    /// <summary>
    /// Before anything is appended: gets what holds the tail and the entry after it. Returns the error.
    /// </summary>
    internal int OpenAt(long beginAddress, long tailAddress)
    {
        _firstSegment = _geometry.SegmentOf(beginAddress);
        int last = _geometry.SegmentOf(tailAddress + (2 * DurableFile.BlockBytes));
        int error = 0;
        for (int segment = _geometry.SegmentOf(tailAddress); segment <= last && error == 0; segment++)
        {
            error = Allocate(segment);
        }

        return error;
    }

    /// <summary>
    /// Appender: makes sure that space up to here is being fetched. Cheap when there is nothing to do.
    /// </summary>
    internal void WantUntil(long address)
    {
        if (address <= AllocatedUntil
            || (IsDiskFull && Environment.TickCount64 < Volatile.Read(ref _retryAtMs))) // partner: Execute
        {
            return;
        }

        Volatile.Write(ref _wantedUntil, address); // partner: the read in Execute
        Queue();
    }

    /// <summary>I/O thread: the file of a segment.</summary>
    internal DurableFile? FileOf(int segment, out int error)
    {
        error = 0;
        if (_open.TryGetValue(segment, out DurableFile? file))
        {
            return file;
        }

        file = _geometry.Files.Open(_geometry.SegmentPath(segment), IsDirect, out error);
        return file is null ? null : _open.GetOrAdd(segment, file);
    }

    /// <summary>I/O thread: writes have passed this segment for good.</summary>
    internal void CloseBefore(int segment)
    {
        foreach (KeyValuePair<int, DurableFile> pair in _open)
        {
            if (pair.Key < segment && _open.TryRemove(pair.Key, out DurableFile? file))
            {
                file.Dispose();
            }
        }
    }

    /// <summary>Any thread: removes a file some time later.</summary>
    internal void Remove(int segment)
    {
        if (segment >= Volatile.Read(ref _firstSegment) && !RemovalStopped) // partner: the write in RemoveFiles
        {
            _toRemove.Enqueue(segment);
            Queue();
        }
    }

    /// <summary>The pool item.</summary>
    public void Execute()
    {
        lock (_workLock)
        {
            RemoveFiles();
            int error = 0;
            while (error == 0 && AllocatedUntil < Volatile.Read(ref _wantedUntil)) // partner: WantUntil
            {
                error = AllocateWithReserve(_geometry.SegmentOf(AllocatedUntil));
            }

            if (error != 0)
            {
                Volatile.Write(ref _retryAtMs, Environment.TickCount64 + RetryMs); // partner: WantUntil
            }

            Volatile.Write(ref _error, error); // partner: AllocationError
        }

        Volatile.Write(ref _working, 0); // partner: Queue
        if (!_toRemove.IsEmpty)
        {
            Queue(); // came between the last look and the line above
        }
    }

    public void Dispose()
    {
        RemovalStopped = true;
        lock (_workLock)
        {
            CloseBefore(int.MaxValue);
        }
    }

    private void Queue()
    {
        if (Interlocked.CompareExchange(ref _working, 1, 0) == 0) // partner: the end of Execute
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private int AllocateWithReserve(int segment)
    {
        if (_reserve is null)
        {
            return Allocate(segment);
        }

        if (!_spendsReserve)
        {
            int held = _reserve.Hold();
            return held != 0 ? held : Allocate(segment);
        }

        int error = Allocate(segment);
        return StorageError.IsDiskFull(error) && _reserve.Release() ? Allocate(segment) : error;
    }

    private int Allocate(int segment)
    {
        int error = AllocationFault?.Invoke(segment) ?? 0;
        if (error != 0)
        {
            return error;
        }

        DurableFile? file = FileOf(segment, out error);
        if (file is null)
        {
            return error;
        }

        error = file.Preallocate(_geometry.SegmentBytes);
        error = error != 0 ? error : _geometry.Files.FlushDirectory(_geometry.Directory);
        if (error == 0)
        {
            Volatile.Write(ref _allocatedUntil, (segment + 1L) * _geometry.SegmentBytes); // partner: AllocatedUntil
        }

        return error;
    }

    private void RemoveFiles()
    {
        while (_toRemove.TryDequeue(out int segment))
        {
            if (RemovalStopped)
            {
                return;
            }

            if (_open.TryRemove(segment, out DurableFile? file))
            {
                file.Dispose();
            }

            // Space that cannot be freed now is freed at the next opening, which removes what lies before begin.
            _ = _geometry.Files.Delete(_geometry.SegmentPath(segment));
            if (segment >= _firstSegment)
            {
                Volatile.Write(ref _firstSegment, segment + 1); // partner: Remove, StoredBytes
            }
        }
    }
}
