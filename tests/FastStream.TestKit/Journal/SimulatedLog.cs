using FastStream.Engine.Journal;
using FastStream.Engine.Memory;

namespace FastStream.TestKit.Journal;

/// <summary>
/// An <see cref="IEntryLog"/> in memory with the addresses, padding, pages and incarnations of the real one, whose
/// disk can lose what was not flushed and whose faults are chosen by the test. Everything happens on the caller's
/// thread: RequestCommit flushes at once, or, with <see cref="HoldsCommits"/>, when the test says so.
/// </summary>
internal sealed class SimulatedLog : IEntryLog
{
    internal const long FirstAddress = 64;
    internal const int BlockBytes = 4096;

    private const int LengthBytes = 4;

    private readonly Lock _lock = new();
    private readonly SimulatedDisk _disk;
    private readonly int _pageBytes;
    private int _appendCount;
    private int _flushCount;
    private long _writtenAddress;
    private bool _disposed;

    internal SimulatedLog(SimulatedDisk disk, string name = "simulated", int pageBytes = 4 << 20)
    {
        _disk = disk;
        _pageBytes = pageBytes;
        Name = name;
        MaxPayloadBytes = pageBytes / 4;
        Incarnation = ++disk.LastIncarnation;
        EntryHeader header = new() { Kind = EntryKind.IncarnationStarted };
        Store(ref header, new byte[PaddingPayloadBytes()]);
        _disk.DurableAddress = _disk.TailAddress;
        _writtenAddress = _disk.TailAddress;
    }

    public string Name { get; }

    public ulong Incarnation { get; }

    public int MaxPayloadBytes { get; }

    public long BeginAddress => _disk.BeginAddress;

    public long TailAddress => _disk.TailAddress;

    public long WrittenAddress => Volatile.Read(ref _writtenAddress); // partner: the write in Flush

    public long DurableAddress => _disk.DurableAddress;

    public bool IsVolatile { get; init; }

    public long StoredBytes => TailAddress - BeginAddress;

    public LogFault? Fault { get; private set; }

    public Action? DurableAdvanced { get; set; }

    /// <summary>When set, RequestCommit only remembers; <see cref="CompleteCommit"/> flushes.</summary>
    internal bool HoldsCommits { get; set; }

    internal bool CommitIsWaiting { get; private set; }

    internal SimulatedFaults Faults { get; } = new();

    /// <summary>Flushes so far.</summary>
    internal int FlushCount => _flushCount;

    public AppendResult TryAppend(ref EntryHeader header, ReadOnlySpan<byte> payload, out long address)
    {
        address = 0;
        lock (_lock)
        {
            if (_disposed || Fault is not null)
            {
                return AppendResult.Faulted;
            }

            if (payload.Length > MaxPayloadBytes)
            {
                return AppendResult.TooLarge;
            }

            if (Faults.AppendsUntilDiskIsFull > 0 && --Faults.AppendsUntilDiskIsFull == 0)
            {
                Faults.DiskIsFull = true;
            }

            if (Faults.DiskIsFull || Faults.IsFull)
            {
                return Faults.DiskIsFull ? AppendResult.DiskFull : AppendResult.Full;
            }

            _appendCount++;
            if (_appendCount == Faults.FullAtAppend)
            {
                return AppendResult.Full;
            }

            if (_appendCount == Faults.FailAtAppend)
            {
                Fault = new LogFault(Name, "write", 5, "simulated write error");
                DurableAdvanced?.Invoke();
                return AppendResult.Faulted;
            }

            address = Store(ref header, payload);
            return AppendResult.Ok;
        }
    }

    public void RequestCommit()
    {
        CommitIsWaiting = true;
        if (!HoldsCommits)
        {
            CompleteCommit();
        }
    }

    /// <summary>Pads and flushes what has been appended, as the commit loop would.</summary>
    internal void CompleteCommit()
    {
        lock (_lock)
        {
            CommitIsWaiting = false;
            if (_disposed || Fault is not null || _disk.DurableAddress == _disk.TailAddress)
            {
                return;
            }

            EntryHeader header = new() { Kind = EntryKind.Padding };
            if (_disk.TailAddress % BlockBytes != 0)
            {
                Store(ref header, new byte[PaddingPayloadBytes()]);
            }

            _flushCount++;
            Volatile.Write(ref _writtenAddress, _disk.TailAddress); // partner: the read in WrittenAddress
            if (_flushCount == Faults.FailAtFlush)
            {
                Fault = new LogFault(Name, "flush", 5, "simulated flush error");
            }
            else
            {
                _disk.DurableAddress = _disk.TailAddress;
            }
        }

        DurableAdvanced?.Invoke();
    }

    public IEntryScanner Scan(long fromAddress, long toAddress, bool startsAtEntry = false)
    {
        lock (_lock)
        {
            long end = Math.Min(toAddress, WrittenAddress);
            return new Scanner(
                [.. _disk.Entries.Where(entry => entry.Address >= fromAddress && entry.EndAddress <= end)],
                fromAddress);
        }
    }

    public bool TryRead(long address, BlockPool pool, out EntryHeader header, out BlockLease payload)
    {
        lock (_lock)
        {
            SimulatedEntry? entry = _disk.Entries.FirstOrDefault(e => e.Address == address);
            if (entry is null || entry.EndAddress > WrittenAddress)
            {
                header = default;
                payload = default;
                return false;
            }

            header = entry.Header;
            payload = pool.Rent(Math.Max(1, entry.Payload.Length), BlockPurpose.Replay);
            entry.Payload.CopyTo(payload.Span);
            return true;
        }
    }

    /// <summary>The disk as it is at this moment, to go on with as if the process had died now.</summary>
    internal SimulatedDisk CopyDisk()
    {
        lock (_lock)
        {
            return _disk.Copy();
        }
    }

    public void TruncateBefore(long address)
    {
        lock (_lock)
        {
            _disk.Remove(address);
        }
    }

    public void Dispose()
    {
        if (!_disposed)
        {
            CompleteCommit();
            _disposed = true;
            if (Faults.FailsAtClose)
            {
                Fault ??= new LogFault(Name, "write", 5, "simulated write error");
            }
        }
    }

    private static int StoredLength(int payloadBytes) =>
        LengthBytes + ((EntryHeader.SizeBytes + payloadBytes + 3) & ~3);

    private int PaddingPayloadBytes()
    {
        long rest = BlockBytes - (_disk.TailAddress % BlockBytes);
        int least = StoredLength(0);
        return (int)(rest >= least ? rest - least : rest + BlockBytes - least);
    }

    private long Store(ref EntryHeader header, ReadOnlySpan<byte> payload)
    {
        int length = StoredLength(payload.Length);
        long address = _disk.TailAddress;
        if ((address % _pageBytes) + length > _pageBytes)
        {
            address += _pageBytes - (address % _pageBytes);
        }

        header.Incarnation = Incarnation;
        header.EntrySequence = _disk.LastSequence + 1;
        header.DurableAddressKnown = (ulong)_disk.DurableAddress;
        header.Seal(payload);
        _disk.Add(new SimulatedEntry(address, address + length, header, payload.ToArray()));
        return address;
    }

    private sealed class Scanner(List<SimulatedEntry> entries, long fromAddress) : IEntryScanner
    {
        private int _next;

        public long NextAddress { get; private set; } = fromAddress;

        public bool MoveNext(out long address, out EntryHeader header, out ReadOnlySpan<byte> payload)
        {
            while (_next < entries.Count)
            {
                SimulatedEntry entry = entries[_next++];
                NextAddress = entry.EndAddress;
                if (entry.Header.Kind != EntryKind.Padding)
                {
                    address = entry.Address;
                    header = entry.Header;
                    payload = entry.Payload;
                    return true;
                }
            }

            address = NextAddress;
            header = default;
            payload = default;
            return false;
        }

        public void Dispose() => entries.Clear();
    }
}
