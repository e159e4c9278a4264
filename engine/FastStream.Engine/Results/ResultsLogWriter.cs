using FastStream.Engine.Journal;

namespace FastStream.Engine.Results;

/// <summary>
/// Cuts the sequence of closed windows into entries, appends them to the results log once their cause is durable in
/// the journal, and lets them leave once they are durable themselves.
/// </summary>
/// <remarks>
/// Owner: the results thread. A ring of reused entries with three cursors: left &lt;= appended &lt;= built, at most
/// <see cref="EntryCapacity"/> apart. Steps of an entry:
/// 1. Built: full or its window ended. Handed to subscribers that want what was applied.
/// 2. Appended: the journal is durable beyond the cause, so the results log never runs ahead of the journal and a
///    replay can always give again what it holds. During a replay it is compared instead while the log has entries.
/// 3. Left: durable in the results log, so its address is final: indexed and handed to all other subscribers.
/// A full ring makes <see cref="AddRows"/> take less, which holds back merger, slices and at last the partitions'
/// closes, never ingest.
/// </remarks>
internal sealed class ResultsLogWriter : IClosedWindowSink, IDisposable
{
    /// <summary>Entries between building and leaving: 64 x 48 KiB = 3 MiB, about what its log buffers.</summary>
    internal const int EntryCapacity = 64;

    // Compressing these takes half a millisecond, and their handlers what they take: then it is the acks' turn again.
    private const int EntriesPerTurn = 8;

    private readonly IEntryLog _log;
    private readonly IResultEntryListener _listener;
    private readonly ResultEntry[] _ring;

    private long _built; // entries [_appended, _built) wait for their cause
    private long _appended; // entries [_left, _appended) wait for their own flush
    private long _left;
    private bool _isFilling; // the cell at _built is being filled

    private ClosedWindow _window;
    private int _valueCount;
    private bool _isFirstOfWindow;
    private long _cause = -1;
    private long _ordinal;
    private ulong _lastKey;
    private ReplayComparer? _comparer;

    internal ResultsLogWriter(IEntryLog log, IResultEntryListener listener, int capacity)
    {
        _ring = new ResultEntry[capacity];
        _log = log;
        _listener = listener;
        for (int i = 0; i < _ring.Length; i++)
        {
            _ring[i] = new ResultEntry();
        }
    }

    /// <summary>Set once; nothing is appended or leaves afterwards.</summary>
    internal ResultsFault? Fault { get; private set; }

    /// <summary>Cause of the oldest entry that has not left; <see cref="long.MaxValue"/> when there is none.</summary>
    internal long OldestCause =>
        _left < _built || _isFilling ? EntryAt(_left).Window.CauseAddress : long.MaxValue;

    /// <summary>The last append found no room on the disk; the next that succeeds ends it.</summary>
    internal bool IsDiskFull { get; private set; }

    /// <summary>Entries that have not left.</summary>
    internal int PendingCount => (int)(_built - _left) + (_isFilling ? 1 : 0);

    /// <summary>Entries that a replay gave again.</summary>
    internal long ComparedCount { get; private set; }

    /// <summary>From here on entries are compared with the log's before any is appended.</summary>
    internal void BeginReplay(ReplayComparer comparer) => _comparer = comparer;

    /// <summary>Ends the comparison; a rest of the log that the replay did not give is a fault.</summary>
    internal void CompleteReplay(bool isPartial)
    {
        if (_comparer is not null)
        {
            Fault ??= isPartial ? null : _comparer.Complete();
            _comparer.Dispose();
            _comparer = null;
        }
    }

    /// <inheritdoc/>
    public void BeginWindow(in ClosedWindow window, int valueCount)
    {
        if (window.CauseAddress != _cause)
        {
            _cause = window.CauseAddress;
            _ordinal = 0;
        }

        _window = window;
        _valueCount = valueCount;
        _isFirstOfWindow = true;
    }

    /// <inheritdoc/>
    public int AddRows(ReadOnlySpan<ulong> keys, ReadOnlySpan<long> counts, ReadOnlySpan<double> values)
    {
        int taken = 0;
        while (taken < keys.Length && TryGetRoom(out ResultEntry entry))
        {
            int rows = entry.Add(keys[taken..], counts[taken..], values[(taken * _valueCount)..]);
            CheckOrder(keys.Slice(taken, rows));
            taken += rows;
        }

        return taken;
    }

    /// <inheritdoc/>
    public void EndWindow()
    {
        // A window is last seen here, so a full entry waits in _isFilling until it is known whether rows follow.
        if (_isFilling)
        {
            Seal(isLast: true);
        }
    }

    /// <summary>Moves entries on as far as they may go, a bounded number a turn. True if any moved.</summary>
    /// <param name="journalDurableAddress">Every journal entry that ends at or below it is durable.</param>
    /// <param name="nowNs">Written into new entries, for retention by age.</param>
    internal bool Turn(long journalDurableAddress, long nowNs)
    {
        if (Fault is not null)
        {
            return false;
        }

        long before = _appended + _left;
        Append(journalDurableAddress, nowNs);
        Release();
        return _appended + _left != before;
    }

    /// <summary>Shows the entries that have not left yet, the one being filled included.</summary>
    internal void Visit(uint streamId, uint viewId, Action<ResultEntry> visit)
    {
        for (long i = _left; i < _built + (_isFilling ? 1 : 0); i++)
        {
            ResultEntry entry = EntryAt(i);
            if (entry.Window.StreamId == streamId && entry.Window.ViewId == viewId)
            {
                visit(entry);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _comparer?.Dispose();

    private ResultEntry EntryAt(long position) => _ring[position % _ring.Length];

    // An entry with room for a row, or false when the ring is full.
    private bool TryGetRoom(out ResultEntry entry)
    {
        entry = EntryAt(_built);
        if (_isFilling && !entry.IsFull)
        {
            return true;
        }

        if (_isFilling)
        {
            Seal(isLast: false);
            entry = EntryAt(_built);
        }

        if (_built - _left == _ring.Length)
        {
            return false;
        }

        entry.Begin(in _window, _valueCount, _ordinal, _isFirstOfWindow);
        _ordinal++;
        _isFirstOfWindow = false;
        _isFilling = true;
        return true;
    }

    private void Seal(bool isLast)
    {
        ResultEntry entry = EntryAt(_built);
        entry.Seal(isLast);
        _isFilling = false;
        _built++;
        if (_comparer is null)
        {
            _listener.OnBuilt(entry);
        }
    }

    // Rows of a window rise by (slot, key). Checked where pieces meet, which is where a wrong partition would show.
    private void CheckOrder(ReadOnlySpan<ulong> keys)
    {
        ResultEntry entry = EntryAt(_built);
        bool isStart = entry.IsFirst && entry.RowCount == keys.Length;
        if (!isStart && KeyOrder.Compare(_lastKey, keys[0]) >= 0)
        {
            throw new InvalidOperationException($"Key {keys[0]} came after key {_lastKey} in {_window}.");
        }

        _lastKey = keys[^1];
    }

    private void Append(long journalDurableAddress, long nowNs)
    {
        bool appended = false;
        long end = Math.Min(_built, _appended + EntriesPerTurn);
        for (; _appended < end; _appended++)
        {
            ResultEntry entry = EntryAt(_appended);
#if PLANTED_FAULTS
            journalDurableAddress = PlantedFaults.Is(PlantedFault.ResultAheadOfJournal)
                ? long.MaxValue
                : journalDurableAddress;
#endif
            if (entry.Window.CauseAddress >= journalDurableAddress)
            {
                break;
            }

            if (TryTakeFromLog(entry))
            {
                continue;
            }

            if (Fault is not null || !TryAppend(entry, nowNs))
            {
                break;
            }

            appended = true;
        }

        if (appended)
        {
            _log.RequestCommit();
        }
    }

    private bool TryTakeFromLog(ResultEntry entry)
    {
        if (_comparer is null)
        {
            return false;
        }

        bool has = _comparer.TryCompare(entry, out ResultsFault? fault);
        ComparedCount = _comparer.ComparedCount;
        Fault = fault;
        return has;
    }

    private bool TryAppend(ResultEntry entry, long nowNs)
    {
        ReadOnlySpan<byte> payload = entry.Encode(nowNs, out EntryHeader header);
        switch (_log.TryAppend(ref header, payload, out long address))
        {
            case AppendResult.Ok:
                IsDiskFull = false;
                entry.SetAddress(address, _log.TailAddress, wasInLog: false);
                _listener.OnAppended(entry, EntryHeader.SizeBytes + payload.Length);
                return true;

            case AppendResult.Full:
                return false;

            case AppendResult.DiskFull:
                IsDiskFull = true;
                return false;

            case AppendResult.Faulted:
                Fault = new ResultsFault(-1, IsDamage: false, _log.Fault?.Message ?? "The results log is closed.");
                return false;

            default:
                throw new InvalidOperationException($"The results log takes no {payload.Length} bytes.");
        }
    }

    private void Release()
    {
        long durableAddress = _log.DurableAddress;
        long end = Math.Min(_appended, _left + EntriesPerTurn);
        for (; _left < end && EntryAt(_left).EndAddress <= durableAddress; _left++)
        {
            _listener.OnLeaving(EntryAt(_left));
        }

        if (_left < _appended && _log.Fault is not null)
        {
            Fault ??= new ResultsFault(-1, IsDamage: false, _log.Fault.Message);
        }
    }
}
