using FastStream.Engine.Journal;
using FastStream.Engine.Memory;
using FastStream.Simulation.Driving;

namespace FastStream.Simulation.Disk;

/// <summary>
/// The log of the product without FASTER's threads: entries as the bytes they are on disk, pages in memory until they
/// are written, padding, one commit in flight, commit slots, segments got ahead. Opening, recovery, scanning and single
/// reads are the engine's own code over the same bytes; only the way from memory to the file is played here, one
/// operation a step.
/// </summary>
/// <remarks>
/// As FASTER does: a page that is full is written by itself; a commit pads to a block, writes what is left, flushes,
/// and then writes and flushes a slot; the appender is let no further than memory reaches. After a failed operation
/// nothing more is written.
/// </remarks>
internal sealed unsafe class SimulatedEntryLog : IEntryLog, IActor
{
    private const int SparePageCount = 2;
    private const int PaddingReserveBytes = 2 * DurableFile.BlockBytes;

    private readonly LogGeometry _geometry;
    private readonly LogSegments _segments;
    private readonly CommitSlots _slots;
    private readonly SingleEntryReads _singleReads;
    private readonly PageMemory _memory = new();
    private readonly Queue<DiskOperation> _operations = new();
    private readonly ILogWatch _watch;
    private readonly byte[] _padding = new byte[2 * DurableFile.BlockBytes];
    private readonly long _pageCount;
    private ulong _sequence;
    private long _commitNumber;
    private long _allocatedUntil;
    private long _wantedUntil;
    private long _queuedUntil;    // writes of everything below this have been queued
    private long _flushedUntil;   // FASTER's: pages below it may be used again
    private long _committingUntil;
    private long _committedBegin;
    private bool _commitRequested;
    private bool _commitInFlight;
    private bool _isDiskFull;
    private bool _isClosed;
    private bool _isDead;
    private bool _hasBegun;

    /// <summary>Opens or creates the log, by the engine's own rules.</summary>
    public SimulatedEntryLog(
        FileSystem files, string name, string directory, EntryLogSettings settings, bool mustExist, ILogWatch watch)
    {
        _watch = watch;
        PreparedLog prepared = EntryLogs.Prepare(name, directory, settings, mustExist, files);
        Recovered = prepared.Recovered;
        watch.OnRecovered(name, Recovered);
        _geometry = prepared.Geometry;
        _segments = new LogSegments(_geometry, direct: false);
        EntryLogs.PrepareSegments(_geometry, _segments, Recovered);
        _slots = new CommitSlots(
            EntryLogs.OpenCommits(_geometry, direct: false), Recovered.Commit, Recovered.CommitSlot, OnFailed);
        LogStart.SecureRolledForward(_geometry, _segments, Recovered);
        Incarnation = Recovered.Incarnation;
        BeginAddress = Recovered.Commit.BeginAddress;
        TailAddress = Recovered.TailAddress;
        WrittenAddress = TailAddress;
        DurableAddress = TailAddress;
        _allocatedUntil = _segments.AllocatedUntil;
        _wantedUntil = _allocatedUntil;
        _pageCount = prepared.MemoryBytes / _geometry.PageBytes;
        _singleReads = new SingleEntryReads(_geometry, direct: false);
        if (prepared.IsNew)
        {
            Begin();
            LogManifest.Write(_geometry);
        }
    }

    public string Name => _geometry.Name;

    public ulong Incarnation { get; private set; }

    public int MaxPayloadBytes => _geometry.MaxPayloadBytes;

    public long BeginAddress { get; private set; }

    public long TailAddress { get; private set; }

    public long WrittenAddress { get; private set; }

    public long DurableAddress { get; private set; }

    public bool IsVolatile => false;

    public long StoredBytes => _allocatedUntil - BeginAddress;

    public LogFault? Fault { get; private set; }

    public Action? DurableAdvanced { get; set; }

    /// <summary>What recovery found when it was opened.</summary>
    public RecoveredLog Recovered { get; }

    /// <summary>Nothing is under way or asked for.</summary>
    public bool IsQuiet => _isDead || Fault is not null || (!_commitInFlight && !_commitRequested && _operations.Count == 0);

    /// <inheritdoc/>
    public void Begin()
    {
        if (_hasBegun || Fault is not null)
        {
            return;
        }

        CommitRecord start = LogStart.Begin(_geometry, _segments, _slots, Recovered);
        _hasBegun = true;
        Incarnation = start.Incarnation;
        _sequence = start.EntrySequence;
        _commitNumber = start.Number;
        _committedBegin = start.BeginAddress;
        TailAddress = start.UntilAddress;
        WrittenAddress = start.UntilAddress;
        DurableAddress = start.UntilAddress;
        _queuedUntil = start.UntilAddress;
        _flushedUntil = start.UntilAddress;
        _committingUntil = start.UntilAddress;
    }

    public AppendResult TryAppend(ref EntryHeader header, ReadOnlySpan<byte> payload, out long address)
    {
        Begin();
        address = 0;
        if (payload.Length > MaxPayloadBytes)
        {
            return AppendResult.TooLarge;
        }

        AppendResult result = Append(ref header, payload, SparePageCount, out address);
        if (result == AppendResult.Ok)
        {
            _watch.OnAppended(this, address, TailAddress, header, payload);
        }

        return result;
    }

    public void RequestCommit() => _commitRequested |= _hasBegun;

    /// <summary>Commit loop, I/O thread and segment maker in one: does the next thing that is due.</summary>
    public bool Step()
    {
        if (_isDead || Fault is not null)
        {
            return false;
        }

        if (_wantedUntil > _allocatedUntil && (_operations.Count == 0 || _watch.Flips()))
        {
            return Allocate();
        }

        if (_commitRequested && !_commitInFlight && (_operations.Count == 0 || _watch.Flips()))
        {
            return StartCommit();
        }

        return _operations.TryDequeue(out DiskOperation operation) && Run(operation);
    }

    public IEntryScanner Scan(long fromAddress, long toAddress, bool startsAtEntry = false) => new EntryScanner(
        _geometry,
        direct: false,
        fromAddress,
        Math.Min(toAddress, WrittenAddress),
        startsAtEntry: startsAtEntry || fromAddress == BeginAddress)
    {
        End = Recovered,
    };

    public long FindLast(EntryKind kind, long before) =>
        BackwardSearch.FindLast(_geometry, direct: false, BeginAddress, Math.Min(before, WrittenAddress), kind);

    public bool TryRead(long address, BlockPool pool, out EntryHeader header, out BlockLease payload)
    {
        header = default;
        payload = default;
        if (address < BeginAddress || address >= WrittenAddress)
        {
            return false;
        }

        _singleReads.Read(address, WrittenAddress, pool, out header, out payload);
        return true;
    }

    public void TruncateBefore(long address)
    {
        if (address > BeginAddress && address < DurableAddress)
        {
            Begin();
            BeginAddress = address;
            _watch.OnTruncated(this, address);
        }

        RequestCommit();
    }

    /// <summary>The process dies: what is in memory is gone and nothing more is written.</summary>
    public void Kill()
    {
        _isDead = true;
        Fault ??= new LogFault(Name, "kill", 0, "the process has been killed");
    }

    public void Dispose()
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        RequestCommit();
        while (!IsQuiet)
        {
            Step();
        }

        _slots.Dispose();
        _segments.Dispose();
        _singleReads.Dispose();
        _memory.Dispose();
    }

    private AppendResult Append(ref EntryHeader header, ReadOnlySpan<byte> payload, int sparePageCount, out long address)
    {
        address = 0;
        bool isPadding = sparePageCount < SparePageCount;
        if (Fault is not null || (_isClosed && !isPadding))
        {
            return AppendResult.Faulted;
        }

        int storedBytes = LogGeometry.StoredBytes(payload.Length);
        long start = _geometry.StartOf(TailAddress, storedBytes);
        long end = start + storedBytes;
        if (_geometry.PageOf(end - 1) > _geometry.PageOf(_flushedUntil) + _pageCount - sparePageCount)
        {
            return AppendResult.Full;
        }

        if (!isPadding && !HasSpace(end))
        {
            return _isDiskFull ? AppendResult.DiskFull : AppendResult.Full;
        }

        header.Incarnation = Incarnation;
        header.EntrySequence = ++_sequence;
        header.DurableAddressKnown = (ulong)DurableAddress;
        header.Seal(payload);
        if (_geometry.PageOf(start) != _geometry.PageOf(TailAddress - 1))
        {
            QueueWrites(_geometry.PageStart(start)); // a page that is full goes by itself
        }

        address = start;
        _memory.Write(start, EntryHeader.SizeBytes + payload.Length);
        _memory.Write(start + LogGeometry.LengthBytes, header.AsBytes());
        _memory.Write(start + LogGeometry.LeastEntryBytes, payload);
        TailAddress = end;
        return AppendResult.Ok;
    }

    // As FasterEntryLog has it: the next segment is fetched when half of one is left.
    private bool HasSpace(long end)
    {
        long needed = end + PaddingReserveBytes;
        if (needed > _allocatedUntil - (_geometry.SegmentBytes / 2))
        {
            _wantedUntil = Math.Max(_wantedUntil, Math.Max(needed, _allocatedUntil + 1));
        }

        return needed <= _allocatedUntil;
    }

    private bool Allocate()
    {
        int segment = _geometry.SegmentOf(_allocatedUntil);
        DurableFile? file = _segments.FileOf(segment, out int error);
        error = file is null ? error : file.Preallocate(_geometry.SegmentBytes);
        error = error != 0 ? error : _geometry.Files.FlushDirectory(_geometry.Directory);
        _isDiskFull = error != 0;
        if (error == 0)
        {
            _allocatedUntil = (segment + 1L) * _geometry.SegmentBytes;
        }
        else
        {
            _wantedUntil = _allocatedUntil; // until the next append asks again
        }

        DurableAdvanced?.Invoke();
        return error == 0;
    }

    private bool StartCommit()
    {
        _commitRequested = false;
        if (TailAddress == _committingUntil && BeginAddress == _committedBegin)
        {
            return false;
        }

        if (TailAddress % DurableFile.BlockBytes != 0)
        {
            EntryHeader header = new() { Kind = EntryKind.Padding };
            ReadOnlySpan<byte> payload = _padding.AsSpan(0, _geometry.PaddingPayloadBytes(TailAddress));
            if (Append(ref header, payload, sparePageCount: 1, out _) != AppendResult.Ok)
            {
                _commitRequested = true;
                return _operations.TryDequeue(out DiskOperation operation) && Run(operation);
            }
        }

        _commitInFlight = true;
        _committingUntil = TailAddress;
        _committedBegin = BeginAddress;
        QueueWrites(TailAddress);
        _operations.Enqueue(new DiskOperation(DiskOperationKind.Commit, BeginAddress, TailAddress, _sequence));
        return true;
    }

    // Everything below the address that has not been queued yet, page by page, each with its flush.
    private void QueueWrites(long until)
    {
        while (_queuedUntil < until)
        {
            long end = Math.Min(until, _geometry.PageEnd(_queuedUntil));
            _operations.Enqueue(new DiskOperation(DiskOperationKind.Write, _queuedUntil, end, 0));
            _operations.Enqueue(new DiskOperation(DiskOperationKind.Flush, _queuedUntil, end, 0));
            _queuedUntil = end;
        }
    }

    private bool Run(in DiskOperation operation)
    {
        switch (operation.Kind)
        {
            case DiskOperationKind.Write:
                Write(operation.From, operation.Until);
                break;
            case DiskOperationKind.Flush:
                Flush(operation.From, operation.Until);
                break;
            default:
                Commit(operation.From, operation.Until, operation.Sequence);
                break;
        }

        DurableAdvanced?.Invoke();
        return true;
    }

    private void Write(long from, long until)
    {
        DurableFile? file = _segments.FileOf(_geometry.SegmentOf(from), out int error);
        ReadOnlySpan<byte> bytes = _memory.Read(from, (int)(until - from));
        fixed (byte* source = bytes)
        {
            error = file is null ? error : file.Write(_geometry.OffsetInSegment(from), source, (int)(until - from));
        }

        if (error != 0)
        {
            OnFailed("write", _geometry.SegmentPath(_geometry.SegmentOf(from)), error);
            return;
        }

        WrittenAddress = until;
    }

    private void Flush(long from, long until)
    {
        DurableFile? file = _segments.FileOf(_geometry.SegmentOf(from), out int error);
        error = file is null ? error : file.Flush();
        if (error != 0)
        {
            OnFailed("flush", _geometry.SegmentPath(_geometry.SegmentOf(from)), error);
            return;
        }

        _flushedUntil = until;
        _memory.Forget(until);
    }

    private void Commit(long begin, long until, ulong sequence)
    {
        _slots.Incarnation = Incarnation;
        _slots.EntrySequence = sequence;
        _slots.Commit(begin, until, [], ++_commitNumber, forceWriteMetadata: false);
        if (!_slots.HasFailed && Fault is null)
        {
            DurableAddress = until;
            RemoveBefore(_geometry.SegmentOf(begin));
        }

        _commitInFlight = false;
    }

    private void RemoveBefore(int segment)
    {
        foreach (int given in _geometry.FindSegments().Where(number => number < segment))
        {
            _segments.CloseBefore(segment);
            _ = _geometry.Files.Delete(_geometry.SegmentPath(given));
        }
    }

    private void OnFailed(string operation, string file, int error)
    {
        Fault ??= new LogFault(Name, operation, error, $"the {Name} log has stopped: {operation} of {file} failed with {error}");
        _operations.Clear();
    }
}
