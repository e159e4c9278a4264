using FASTER.core;
using FastStream.Engine.Memory;
using FastStream.Protocol;

namespace FastStream.Engine.Journal;

/// <summary>
/// The log of the product: a FASTER log over our own device and commit slots, opened at a tail that our own recovery
/// has found. Until it begins (<see cref="Begin"/>, or the first append) it is read only, and nothing in its files is
/// another: who finds damage while reading leaves it as it was.
/// </summary>
/// <remarks>
/// Threads: one appender; the commit loop (StartCommit); FASTER's commit callback on the thread pool (one at a time,
/// since one commit is in flight); the I/O thread (OnWritten, OnFailed).
/// Invariants:
/// 1. A commit covers whole blocks: padding and the start of the commit happen under <c>_appendLock</c>, so no entry
///    comes between, and no durable byte is ever written again.
/// 2. DurableAddress rises only after data flush and commit slot have both succeeded; never after a fault.
/// 3. FASTER is asked for room only when it has it (the gate): its own way of waiting spins and allocates.
/// 4. Entries never end beyond allocated segments, with room for the padding after them.
/// 5. What was rolled forward is durable from the start: it is written and flushed again by the constructor.
/// The lock is taken once per entry (a frame or more) and is free but for the moment in which a commit starts.
/// </remarks>
internal sealed unsafe class FasterEntryLog : IEntryLog
{
    /// <summary>The padding after an entry takes at most two blocks.</summary>
    private const int PaddingReserveBytes = 2 * DurableFile.BlockBytes;

    /// <summary>FASTER allocates the page after the tail's in advance, and the padding may need one more.</summary>
    private const int SparePageCount = 2;

    /// <summary>Turns of waiting at closing for a commit that a fault may have swallowed: some 50 ms.</summary>
    private const int FaultedCloseSpins = 60;

    private readonly Lock _appendLock = new();
    private readonly LogGeometry _geometry;
    private readonly LogThreads _threads;
    private readonly LogSegments _segments;
    private readonly CommitSlots _slots;
    private readonly DurableDevice _device;
    private readonly FasterLogSettings _settings;
    private readonly SingleEntryReads _singleReads;
    private readonly long _pageCount;
    private readonly byte[] _cookie = new byte[2 * sizeof(ulong)];
    private readonly byte[] _padding = GC.AllocateArray<byte>(2 * DurableFile.BlockBytes, pinned: true);
    private readonly Action _committed;

    private FasterLog? _faster;    // set under _appendLock, once: the log has begun
    private WrittenRange _written; // the I/O thread's, once the log has begun
    private ulong _incarnation;    // written under _appendLock, before _faster
    private ulong _sequence;       // guarded by _appendLock
    private long _committingUntil; // guarded by _appendLock; read by the callback of the commit it belongs to
    private bool _closed;          // guarded by _appendLock
    private long _begin;           // writers: TruncateBefore (rising), at the next commit on disk
    private long _committedBegin;  // writer: the commit loop
    private LogFault? _fault;      // by Interlocked, once
    private int _commitRequested;  // 1: someone waits; by Interlocked
    private int _commitInFlight;   // 1: from StartCommit to its callback
    private PaddedLong _writtenAddress; // writer: the I/O thread
    private PaddedLong _durableAddress; // writer: the commit callback

    internal FasterEntryLog(
        LogGeometry geometry,
        LogThreads threads,
        LogSegments segments,
        DurableFile commits,
        RecoveredLog recovered,
        long memoryBytes,
        bool isVolatile)
    {
        _geometry = geometry;
        _threads = threads;
        _segments = segments;
        IsVolatile = isVolatile;
        Recovered = recovered;
        _committed = OnCommitted;
        LogStart.SecureRolledForward(geometry, segments, recovered);
        _incarnation = recovered.Incarnation;
        _begin = recovered.Commit.BeginAddress;
        _writtenAddress.Value = recovered.TailAddress;
        _durableAddress.Value = recovered.TailAddress;
        _written = new WrittenRange(recovered.TailAddress);
        _singleReads = new SingleEntryReads(geometry, segments.IsDirect);
        _pageCount = memoryBytes / geometry.PageBytes;
        _slots = new CommitSlots(commits, recovered.Commit, recovered.CommitSlot, OnFailed);
        _device = new DurableDevice(geometry, segments, threads.Io, () => DurableAddress, OnWritten, OnFailed);
        _settings = FasterSettings.For(geometry, _device, _slots, memoryBytes);
    }

    public string Name => _geometry.Name;

    public ulong Incarnation => Volatile.Read(ref _incarnation); // partner: BeginLocked

    public int MaxPayloadBytes => _geometry.MaxPayloadBytes;

    public long BeginAddress => Volatile.Read(ref _begin); // partner: TruncateBefore

    public long TailAddress => Volatile.Read(ref _faster)?.TailAddress ?? Recovered.TailAddress; // partner: BeginLocked

    public long WrittenAddress => Math.Max(
        Volatile.Read(ref _writtenAddress.Value), DurableAddress); // partner: OnWritten

    public long DurableAddress => Volatile.Read(ref _durableAddress.Value); // partner: OnCommitted

    public bool IsVolatile { get; }

    public long StoredBytes => _segments.StoredBytes + CommitSlots.FileBytes;

    public LogFault? Fault => Volatile.Read(ref _fault); // partner: OnFailed

    public Action? DurableAdvanced { get; set; }

    /// <summary>What recovery found when this log was opened.</summary>
    internal RecoveredLog Recovered { get; }

    internal LogGeometry Geometry => _geometry;

    /// <summary>Whether a commit can be started and somebody waits for one.</summary>
    internal bool CommitIsDue =>
        Volatile.Read(ref _commitRequested) != 0 // partner: RequestCommit
        && Volatile.Read(ref _commitInFlight) == 0 // partner: OnCommitted
        && Fault is null;

    internal DurableDevice Device => _device;

    internal LogSegments Segments => _segments;

    internal CommitSlots Slots => _slots;

    public void Begin()
    {
        lock (_appendLock)
        {
            _ = BeginLocked();
        }
    }

    public AppendResult TryAppend(ref EntryHeader header, ReadOnlySpan<byte> payload, out long address)
    {
        address = 0;
        if (payload.Length > _geometry.MaxPayloadBytes)
        {
            return AppendResult.TooLarge;
        }

        header.PayloadBytes = (uint)payload.Length;
        header.PayloadCrc32C = Crc32C.Compute(payload);
        lock (_appendLock)
        {
            FasterLog? faster = _faster ?? BeginLocked();
            return faster is null
                ? AppendResult.Faulted
                : TryAppendLocked(faster, ref header, payload, SparePageCount, out address);
        }
    }

    public void RequestCommit()
    {
        if (Volatile.Read(ref _faster) is null) // partner: BeginLocked
        {
            return; // nothing has been appended
        }

        if (Interlocked.Exchange(ref _commitRequested, 1) == 0) // partner: CommitIsDue, StartCommit
        {
            _threads.Commits.Signal();
        }
    }

    public IEntryScanner Scan(long fromAddress, long toAddress, bool startsAtEntry = false)
    {
        long limit = Math.Min(toAddress, WrittenAddress);
        return new EntryScanner(
            _geometry,
            _segments.IsDirect,
            fromAddress,
            limit,
            startsAtEntry || fromAddress == BeginAddress,
            readsAhead: Volatile.Read(ref _faster) is null && PageReadAhead.IsWorthIt(_geometry, fromAddress, limit))
        {
            End = Recovered,
        };
    }

    public long FindLast(EntryKind kind, long before) =>
        BackwardSearch.FindLast(_geometry, _segments.IsDirect, BeginAddress, Math.Min(before, WrittenAddress), kind);

    public bool TryRead(long address, BlockPool pool, out EntryHeader header, out BlockLease payload)
    {
        payload = default;
        header = default;
        if (address < BeginAddress || address >= WrittenAddress)
        {
            return false;
        }

        try
        {
            _singleReads.Read(address, WrittenAddress, pool, out header, out payload);
            return true;
        }
        catch (JournalDamagedException) when (address < BeginAddress)
        {
            return false; // truncated while it was being read
        }
    }

    public void TruncateBefore(long address)
    {
        lock (_appendLock)
        {
            if (address > _begin && address < DurableAddress && (_faster ?? BeginLocked()) is FasterLog faster)
            {
                faster.TruncateUntil(address);
                Volatile.Write(ref _begin, address); // partner: BeginAddress
            }
        }

        RequestCommit();
    }

    public void Dispose()
    {
        lock (_appendLock)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
        }

        RequestCommit();
        WaitForCommits();
        _threads.Commits.Remove(this);
        _device.Dispose();
        _faster?.Dispose();
        _settings.Dispose();
        _slots.Dispose();
        _segments.Dispose();
        _singleReads.Dispose();
    }

    /// <summary>Commit loop only: pads to a block and starts a commit of everything before.</summary>
    internal void StartCommit()
    {
        // In this order: at no moment do both flags say that nothing is to be done while something is.
        Volatile.Write(ref _commitInFlight, 1); // partner: CommitIsDue, Dispose
        Volatile.Write(ref _commitRequested, 0); // partner: RequestCommit
        bool isStarted = false;
        try
        {
            lock (_appendLock)
            {
                isStarted = TryStartCommitLocked(_faster!);
            }
        }
        catch (FasterException exception)
        {
            Stop(new LogFault(Name, "commit", 0, $"The {Name} log could not commit: {exception.Message}"));
        }

        if (!isStarted)
        {
            Volatile.Write(ref _commitInFlight, 0); // partner: CommitIsDue, Dispose
        }
    }

    /// <summary>The new life begins, unless it has; null when the log has stopped or is closed.</summary>
    private FasterLog? BeginLocked()
    {
        if (_faster is not null || _fault is not null || _closed)
        {
            return _fault is null && !_closed ? _faster : null;
        }

        CommitRecord start;
        try
        {
            start = LogStart.Begin(_geometry, _segments, _slots, Recovered);
        }
        catch (DataFolderException failure)
        {
            Stop(new LogFault(Name, "begin", 0, failure.Message));
            throw;
        }

        _sequence = start.EntrySequence;
        _committedBegin = start.BeginAddress;
        _committingUntil = start.UntilAddress;
        _written = new WrittenRange(start.UntilAddress);
        FasterLog faster = new(_settings);
        faster.Initialize(start.BeginAddress, start.UntilAddress, start.Number);

        // The tail first: no address may pass it. Partners: the reads of these.
        Volatile.Write(ref _incarnation, start.Incarnation);
        Volatile.Write(ref _faster, faster);
        Volatile.Write(ref _writtenAddress.Value, start.UntilAddress);
        Volatile.Write(ref _durableAddress.Value, start.UntilAddress);
        _threads.Commits.Add(this);
        return faster;
    }

    /// <summary>True when FASTER has a commit to make, whose callback will end it.</summary>
    private bool TryStartCommitLocked(FasterLog faster)
    {
        long tail = faster.TailAddress;
        long begin = _begin;
        if (tail == _committingUntil && begin == _committedBegin)
        {
            return false;
        }

        if (tail % DurableFile.BlockBytes != 0)
        {
            EntryHeader header = new() { Kind = EntryKind.Padding };
            ReadOnlySpan<byte> payload = _padding.AsSpan(0, _geometry.PaddingPayloadBytes(tail));
            header.PayloadBytes = (uint)payload.Length;
            header.PayloadCrc32C = Crc32C.Compute(payload);
            if (TryAppendLocked(faster, ref header, payload, sparePageCount: 1, out _) != AppendResult.Ok)
            {
                Volatile.Write(ref _commitRequested, 1); // the next write that ends makes room; partner: CommitIsDue
                return false;
            }
        }

        _committingUntil = faster.TailAddress;
        _committedBegin = begin;
        _slots.Incarnation = Incarnation;
        _slots.EntrySequence = _sequence;
        BitConverter.TryWriteBytes(_cookie, Incarnation);
        BitConverter.TryWriteBytes(_cookie.AsSpan(sizeof(ulong)), _sequence);
        return faster.CommitStrongly(out _, out _, spinWait: false, _cookie, proposedCommitNum: -1, _committed);
    }

    private void WaitForCommits()
    {
        SpinWait wait = default;

        // Partner: StartCommit, which raises the second before it lowers the first; hence this order of reading.
        while (Volatile.Read(ref _commitRequested) != 0 || Volatile.Read(ref _commitInFlight) != 0)
        {
            if (Fault is not null && wait.Count > FaultedCloseSpins)
            {
                return; // FASTER drops the callback of a commit whose flush failed
            }

            wait.SpinOnce();
        }
    }

    private AppendResult TryAppendLocked(
        FasterLog faster, ref EntryHeader header, ReadOnlySpan<byte> payload, int sparePageCount, out long address)
    {
        address = 0;
        bool isPadding = sparePageCount < SparePageCount;
        if (_fault is not null || (_closed && !isPadding))
        {
            return AppendResult.Faulted;
        }

        long tail = faster.TailAddress;
        int storedBytes = LogGeometry.StoredBytes(payload.Length);
        long end = _geometry.StartOf(tail, storedBytes) + storedBytes;
        if (_geometry.PageOf(end - 1) > _geometry.PageOf(faster.FlushedUntilAddress) + _pageCount - sparePageCount)
        {
            return AppendResult.Full;
        }

        if (!isPadding && !HasSpace(end))
        {
            return HasNoSpace();
        }

        header.Incarnation = Incarnation;
        header.EntrySequence = _sequence + 1;
        header.DurableAddressKnown = (ulong)DurableAddress;
        header.SealHeader();
        fixed (EntryHeader* headerPointer = &header)
        fixed (byte* payloadPointer = payload)
        {
            EntryWriter entry = new()
            {
                Header = headerPointer,
                Payload = payloadPointer,
                PayloadBytes = payload.Length,
            };
            if (!faster.TryEnqueue(entry, out address))
            {
                return AppendResult.Full;
            }
        }

        _sequence++;
        return AppendResult.Ok;
    }

    /// <summary>
    /// Whether segments reach past an entry's end and its padding; fetches the next one half a file ahead.
    /// </summary>
    private bool HasSpace(long end)
    {
        long needed = end + PaddingReserveBytes;
        long allocated = _segments.AllocatedUntil;
        if (needed > allocated - (_geometry.SegmentBytes / 2))
        {
            _segments.WantUntil(Math.Max(needed, allocated + 1));
        }

        return needed <= allocated;
    }

    /// <summary>The next segment is not there: being made, refused by a full disk, or lost to a failing one.</summary>
    private AppendResult HasNoSpace()
    {
        int error = _segments.AllocationError;
        if (error == 0)
        {
            return AppendResult.Full;
        }

        if (StorageError.IsPassing(error))
        {
            return AppendResult.DiskFull;
        }

        // A flush may have failed on the way, and the next one would hide it.
        OnFailed("get space", _geometry.Directory, error);
        return AppendResult.Faulted;
    }

    /// <summary>FASTER's callback after data flush and commit slot.</summary>
    private void OnCommitted()
    {
        if (!_slots.HasFailed && Fault is null)
        {
            Volatile.Write(ref _durableAddress.Value, _committingUntil); // partner: DurableAddress
        }

        Volatile.Write(ref _commitInFlight, 0); // partner: CommitIsDue
        _threads.Commits.Signal();
        DurableAdvanced?.Invoke();
    }

    /// <summary>I/O thread: a write has returned.</summary>
    private void OnWritten(long from, long until)
    {
        _written.Add(from, until);
        Volatile.Write(ref _writtenAddress.Value, _written.Until); // partner: WrittenAddress
        DurableAdvanced?.Invoke();
    }

    private void OnFailed(string operation, string file, int error) => Stop(new LogFault(
        Name,
        operation,
        error,
        $"The {Name} log has stopped: {operation} of {file} failed with {StorageError.Describe(error)}. " +
        "Everything acknowledged as durable is safe; restart after the cause is gone."));

    private void Stop(LogFault fault)
    {
        _segments.RemovalStopped = true;
        if (Interlocked.CompareExchange(ref _fault, fault, null) is null) // partner: another failing thread
        {
            DurableAdvanced?.Invoke();
        }
    }
}
