using FastStream.Engine.Journal;
using FastStream.Engine.Loops;
using FastStream.Engine.Monitoring;
using FastStream.Engine.Results;
using FastStream.Engine.Sequencing;
using FastStream.Protocol;

namespace FastStream.Engine.Snapshots;

/// <summary>
/// The fifth state machine: asks for a snapshot when one is due, completes it when everything it stands on is durable,
/// keeps the two newest and lets the logs go behind the second newest.
/// </summary>
/// <remarks>
/// Owner: the sequencer thread, through its tick. One snapshot at a time. One that failed (the state log's disk is
/// full) is given up; the next is tried when due, at the earliest after <see cref="RetryMs"/>,
/// and then after twice the time each, since what a failed one has written stays in the log until others follow.
/// </remarks>
internal sealed class SnapshotSchedule
{
    private const int RetryMs = 5_000;
    private const int MaxRetryMs = 320_000;

    private readonly Sequencer _sequencer;
    private readonly IEntryLog _journal;
    private readonly IEntryLog _stateLog;
    private readonly SnapshotOptions _options;
    private readonly TimeProvider _clock;
    private readonly RetentionPolicy _journalRetention;
    private readonly RetentionMarks _journalMarks;
    private readonly Func<long> _resultsDurableBelow;
    private readonly int _partitionCount;
    private readonly SnapshotPace _pace;
    private readonly List<SnapshotInfo> _kept;
    private long _completedCount;
    private long _givenUpCount;
    private long _bytesOfRun; // journaled since the snapshot before the one under way
    private long _notBeforeMs;
    private int _retryMs = RetryMs;
    private SnapshotRun? _run;
    private SnapshotInfo _completing;
    private long _completeEnd;
    private long _lastTakenMs;

    public SnapshotSchedule(
        Sequencer sequencer,
        IEntryLog journal,
        IEntryLog stateLog,
        IngestionEngineOptions options,
        Func<long> resultsDurableBelow,
        int partitionCount,
        IEnumerable<SnapshotInfo> kept)
    {
        _sequencer = sequencer;
        _journal = journal;
        _stateLog = stateLog;
        _options = options.Snapshots;
        _clock = options.Clock;
        _journalMarks = new RetentionMarks(options.Sizes.RetentionMarks);
        _lastTakenMs = _clock.Milliseconds();
        _journalRetention = options.JournalRetention;
        _resultsDurableBelow = resultsDurableBelow;
        _partitionCount = partitionCount;
        _pace = new SnapshotPace(options.Snapshots, options.Clock, partitionCount);
        _kept = [.. kept];
    }

    /// <summary>Snapshots completed since the start.</summary>
    public long CompletedCount => Volatile.Read(ref _completedCount); // partner: Confirm

    /// <summary>Snapshots given up since the start.</summary>
    public long GivenUpCount => Volatile.Read(ref _givenUpCount); // partner: GiveUp

    /// <summary>
    /// Whether a snapshot is under way or not yet durable; any thread (acquire; partners: TryComplete, Confirm).
    /// </summary>
    public bool IsBusy => Volatile.Read(ref _run) is not null || Volatile.Read(ref _completeEnd) != 0;

    /// <summary>Sequencer thread, about ten times a second.</summary>
    public void Tick()
    {
        if (_sequencer.Appender.LastAddress >= 0)
        {
            // Where an entry begins: a log that was cut at the end of one would begin with the gap before a page's end.
            _journalMarks.Note(_sequencer.Appender.LastAddress, _sequencer.Appender.NowNs);
        }

        if (_completeEnd != 0)
        {
            Confirm();
        }
        else if (_run is not null)
        {
            TryComplete();
        }
        else if (IsDue())
        {
            Take();
        }
    }

    /// <summary>Any thread: from now on snapshots, the one under way included, are saved as fast as can be.</summary>
    public void Hurry() => _pace.IsOff = true;

    /// <summary>Begins a snapshot now, due or not, unless one is under way. Sequencer thread.</summary>
    public void Begin()
    {
        if (_run is { HasFailed: true, IsDone: true })
        {
            GiveUp();
        }

        if (!IsBusy)
        {
            Take();
        }
    }

    private void Take()
    {
        _lastTakenMs = _clock.Milliseconds();
        _bytesOfRun = 0;
        EntryHeader header = new() { Kind = EntryKind.Snapshot };
        byte[] payload = ControlEntry.Number((long)_sequencer.State.LastSnapshot + 1);
        if (_sequencer.Appender.Append(ref header, payload, out long address) != ErrorCode.None)
        {
            GiveUp();
            return;
        }

        long end = _sequencer.Appender.EndAddress;
        _bytesOfRun = _sequencer.Appender.AppendedBytes;
        _sequencer.Appender.AppendedBytes = 0;
        _sequencer.Applier.ApplyControl(address, end, header, payload);
        ReadOnlyMemory<byte> core = EngineStateCodec.Save(_sequencer.State);
        _run = new SnapshotRun(
            _sequencer.State.LastSnapshot, address, end, core, _stateLog, _partitionCount, _pace);
        _run.SaveCore();
        _sequencer.Applier.PublishTask(SlotKind.Snapshot, address, end, _run);
    }

    private bool IsDue()
    {
        long bytes = _sequencer.Appender.AppendedBytes;
        long nowMs = _clock.Milliseconds();
        if (nowMs < _notBeforeMs)
        {
            return false;
        }

        long ageMs = nowMs - _lastTakenMs;
        return bytes >= _options.EveryBytes
            || (bytes > 0 && ageMs >= (long)_options.Every.TotalMilliseconds);
    }

    private void TryComplete()
    {
        SnapshotRun run = _run!;
        if (!run.IsCoreSaved && !run.HasFailed)
        {
            run.SaveCore();
        }

        if (!run.IsDone)
        {
            return; // also after a failure: a partition still holds the marks of this run
        }

        if (run.HasFailed || _stateLog.Fault is not null)
        {
            GiveUp();
            return;
        }

        if (!StandsOnDurable(run))
        {
            return;
        }

        _completing = new SnapshotInfo(
            run.Id, run.Address, run.EndAddress, run.FirstChunkAddress, run.ChunkCount, run.Bytes);
        EntryHeader header = new() { Kind = EntryKind.SnapshotComplete, FrameSequence = run.Id };
        AppendResult result = _stateLog.TryAppend(ref header, _completing.ToBytes(), out _);
        if (result == AppendResult.Ok)
        {
            Volatile.Write(ref _completeEnd, _stateLog.TailAddress); // before the run goes: IsBusy never blinks
            Volatile.Write(ref _run, null); // partner: IsBusy
        }
        else if (result != AppendResult.Full)
        {
            GiveUp();
        }

        _stateLog.RequestCommit();
    }

    // Nothing it rests on may be lost: neither the journal up to it nor the results of what it no longer holds.
    private bool StandsOnDurable(SnapshotRun run)
    {
#if PLANTED_FAULTS
        if (PlantedFaults.Is(PlantedFault.SnapshotAheadOfJournal))
        {
            return true;
        }
#endif
        return _journal.DurableAddress >= run.EndAddress && _resultsDurableBelow() > run.Address;
    }

    // What was journaled before it still waits for a snapshot.
    private void GiveUp()
    {
        _sequencer.Appender.AppendedBytes += _bytesOfRun;
        _notBeforeMs = _clock.Milliseconds() + _retryMs;
        _retryMs = Math.Min(2 * _retryMs, MaxRetryMs);
        Volatile.Write(ref _givenUpCount, _givenUpCount + 1); // partner: the property
        Volatile.Write(ref _run, null); // after the count, as in Confirm; partner: IsBusy
    }

    private void Confirm()
    {
        if (_stateLog.Fault is not null)
        {
            _completeEnd = 0;
            return;
        }

        if (_stateLog.DurableAddress < _completeEnd)
        {
            return;
        }

        _retryMs = RetryMs;
        Volatile.Write(ref _completedCount, _completedCount + 1); // partner: the property
        Volatile.Write(ref _completeEnd, 0); // after the count: who sees that nothing is under way sees the count too
        _sequencer.Counters.Add(EngineCounter.SnapshotsCompleted, 1);
        _sequencer.Counters.Add(EngineCounter.SnapshotBytesWritten, _completing.Bytes);
        _kept.Add(_completing);
        if (_kept.Count > 2)
        {
            _kept.RemoveRange(0, _kept.Count - 2);
            _stateLog.TruncateBefore(_kept[0].FirstChunkAddress);
            _stateLog.RequestCommit();
        }

        CutJournal();
    }

    // Never beyond the second newest snapshot, whatever retention says: recovery must always have a way.
    private void CutJournal()
    {
        if (_kept.Count == 2)
        {
            long cut = _journalMarks.TakeCut(
                _journalRetention, _journal.TailAddress, _sequencer.Appender.NowNs, _kept[0].Address);
            if (cut >= 0)
            {
                _journal.TruncateBefore(cut);
            }
        }
    }
}
