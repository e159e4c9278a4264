using System.Collections.Concurrent;
using FastStream.Engine.Ingress;
using FastStream.Engine.Loops;
using FastStream.Engine.Memory;
using FastStream.Engine.Monitoring;
using FastStream.Engine.Partitions;
using FastStream.Engine.Results;
using FastStream.Engine.Sequencing;

namespace FastStream.Engine.Delivery;

/// <summary>
/// The loop behind the partitions: follows the slowest of them and the durable address, gives blocks back, sends
/// acks, joins closed windows and takes them to the results log and out.
/// </summary>
/// <remarks>
/// Owner of <see cref="AckGate"/>, the merger and the results writer. It never waits for one thing in particular: each
/// turn it moves whatever can move, and rests when nothing did until a partition, the commit thread or a time-out
/// wakes it. Invariant: a slot is freed only after all partitions have passed it and its frame was given back.
/// </remarks>
internal sealed class DeliveryLoop : IEngineLoop
{
    private const int SlotsPerTurn = 1024;
    private const int SlicesPerTurn = 4; // of a partition: a fifth of a millisecond of joining and compressing
    private const int RestMs = 100;
    private const int HouseMs = 1000;
    private const int LastWaitMs = 5_000; // at the stop, for a disk that does not answer

    private readonly DeliveryParts _parts;
    private readonly AckGate _acks;
    private readonly Action<Exception> _onFault;
    private readonly Func<bool> _hasWork;
    private long _handled;
    private long _durableSeen;
    private long _writtenSeen;
    private long _resultsDurableSeen;
    private readonly ConcurrentQueue<(Action<ResultsStage> Visit, TaskCompletionSource Done)> _visits = new();
    private readonly long[] _emittedSeen;
    private readonly TaskCompletionSource _replayCompleted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _resultsDurableBelow; // writer: this thread
    private long _replayEnd = -1;      // writers: the opening thread, then this one
    private long _replayEndSeen = -1;
    private bool _journalFaultSeen;
    private volatile bool _areResultsFull; // writer: this thread
    private volatile bool _hasEnded;       // writer: this thread at its end
    private bool _replayIsPartial;     // written before _replayEnd, which publishes it
    private long _nowNs;
    private long _nextHouseMs;
    private long _lastMovedMs;
    private bool _stopSeen;
    private volatile bool _stopping; // written by Stop
    private volatile bool _isLeft; // a brief step has left something; written by whoever steps, read by any thread

    public DeliveryLoop(DeliveryParts parts, Action<Exception> onFault)
    {
        _parts = parts;
        _acks = new AckGate(parts.Journal, parts.WaitingAcks);
        _onFault = onFault;
        _hasWork = SeesWork;
        _emittedSeen = new long[parts.Partitions.Length];
        KeepHouse();
    }

    /// <inheritdoc/>
    public string Name => "delivery";

    /// <inheritdoc/>
    public Parker Parker => _parts.Parker;

    /// <inheritdoc/>
    public bool HasWork => SeesWork();

    /// <summary>
    /// Slots that have been passed by all partitions and handled here (acquire side for waiting threads).
    /// </summary>
    public long Handled => Volatile.Read(ref _handled);

    /// <summary>
    /// Results of all causes below this journal address are durable (acquire; partner: Turn's write).
    /// </summary>
    public long ResultsDurableBelow => Volatile.Read(ref _resultsDurableBelow);

    /// <summary>The disk has no room for results: nothing that closes more windows should be taken.</summary>
    public bool AreResultsFull => _areResultsFull;

    /// <summary>
    /// The journal has been replayed up to here: completes once its results were compared or appended.
    /// </summary>
    public Task CompleteReplayAt(long journalEnd, bool isPartial)
    {
        _replayIsPartial = isPartial;
        Volatile.Write(ref _replayEnd, journalEnd); // partner: the read in FinishReplay
        _parts.Parker.Signal();
        return _replayCompleted.Task;
    }

    /// <summary>
    /// Any thread: runs something on this thread, which owns the results stage; the task carries what it throws.
    /// </summary>
    public Task VisitAsync(Action<ResultsStage> visit)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _visits.Enqueue((visit, done));
        _parts.Parker.Signal(); // its full fence stands between the enqueueing and the read below
        if (_hasEnded)
        {
            AbandonVisits();
        }

        return done.Task;
    }

    /// <summary>
    /// The partitions have ended. The loop ends by itself once the stop slot has come through; at once if told so.
    /// </summary>
    public void Stop(bool atOnce)
    {
        _stopping = atOnce;
        _parts.Parker.Signal();
    }

    /// <inheritdoc/>
    public void Begin() => _lastMovedMs = _parts.Clock.Milliseconds();

    /// <inheritdoc/>
    public LoopStep Step()
    {
        _isLeft = false;
        try
        {
            if (!_stopping && !_parts.Fault.IsSet)
            {
                bool moved = Turn(isBrief: false);
                KeepHouse();
                if (moved)
                {
                    _lastMovedMs = _parts.Clock.Milliseconds();
                    return LoopStep.Worked;
                }

                if (!_stopSeen || !MayEnd())
                {
                    return LoopStep.Idle;
                }
            }
        }
#pragma warning disable CA1031 // Whatever went wrong, the engine must hear of it and stop acking.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _onFault(fault);
        }

        End();
        return LoopStep.Ended;
    }

    /// <inheritdoc/>
    public void StepBriefly()
    {
        if (HasResults || _stopSeen || _stopping || !_visits.IsEmpty || _parts.Fault.IsSet)
        {
            return;
        }

        try
        {
            Turn(isBrief: true);
            if (_stopSeen)
            {
                _lastMovedMs = _parts.Clock.Milliseconds();
            }

            _isLeft = _stopSeen || HasResults;
        }
#pragma warning disable CA1031 // As in Step, which sees the fault and ends.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _onFault(fault);
        }
    }

    /// <inheritdoc/>
    public void Rest() => _parts.Parker.WaitUntil(_hasWork, _stopSeen ? 5 : RestMs, mayLend: true);

    // Results go to the log and to handlers, which are promised this loop's own thread: no work for one who passes by.
    private bool HasResults =>
        _parts.Results.IsHolding || Array.Exists(_parts.Partitions, p => p.Lane.HasFilled);

    private void End()
    {
        _hasEnded = true;
        Interlocked.MemoryBarrier(); // partner: the fence in VisitAsync: one of the two sees the visit
        AbandonVisits();
        _parts.Waiters.Abandon(_parts.Fault.Reason);
    }

    private void AbandonVisits()
    {
        while (_visits.TryDequeue(out (Action<ResultsStage> Visit, TaskCompletionSource Done) waiting))
        {
            waiting.Done.TrySetException(new ObjectDisposedException("IngestionEngine"));
        }
    }

    // A brief one takes no results on, those that come meanwhile wait for the next step, and reads no clock: this
    // loop's own thread comes by ten times a second and keeps house.
    private bool Turn(bool isBrief)
    {
        long durable = _parts.Journal.DurableAddress;
        _parts.Counters.Add(EngineCounter.JournalCommits, durable > _durableSeen && _durableSeen > 0 ? 1 : 0);
        _durableSeen = durable;
        _writtenSeen = _parts.Journal.WrittenAddress;
        _resultsDurableSeen = _parts.ResultsLog.DurableAddress;
        bool moved = FreeSlots();
        moved |= _acks.Release(); // before results, which are bounded work a turn: acks do not wait for them
        moved |= TakeSlices(isBrief ? 0 : SlicesPerTurn);
        moved |= _parts.Results.Turn(_durableSeen, _nowNs);
        _parts.Waiters.Release();
        _areResultsFull = _parts.Results.IsDiskFull;
        if (_parts.Journal.Fault is not null && !_journalFaultSeen)
        {
            _journalFaultSeen = true;
            _parts.OnJournalFault();
        }

        CheckResults();
        Volatile.Write(ref _resultsDurableBelow, _parts.Results.DurableBelow); // partner: the property's read
        FinishReplay();
        if (!isBrief)
        {
            RunVisits();
        }

        return moved;
    }

    private void FinishReplay()
    {
        long end = Volatile.Read(ref _replayEnd); // partner: CompleteReplayAt
        _replayEndSeen = end;
        if (end >= 0 && _parts.Results.TryCompleteReplay(end, _replayIsPartial))
        {
            CheckResults(); // before anybody hears that the replay is complete: its end may have shown a difference
            Volatile.Write(ref _replayEnd, -1);
            _replayCompleted.TrySetResult();
        }
    }

    private void CheckResults()
    {
        if (_parts.Results.Fault is ResultsFault fault)
        {
            throw new ResultsFaultException(fault);
        }
    }

    private void RunVisits()
    {
        while (_visits.TryDequeue(out (Action<ResultsStage> Visit, TaskCompletionSource Done) waiting))
        {
            // A query asks the partitions first: what they had emitted by then must be with the results stage by now.
            TakeSlices(int.MaxValue);
            try
            {
                waiting.Visit(_parts.Results);
                waiting.Done.TrySetResult();
            }
#pragma warning disable CA1031 // Reading must not stop the work: whatever it met goes to whoever asked.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                waiting.Done.TrySetException(fault);
            }
        }
    }

    private void KeepHouse()
    {
        long nowMs = _parts.Clock.Milliseconds();
        if (nowMs >= _nextHouseMs)
        {
            _nextHouseMs = nowMs + HouseMs;
            _nowNs = (_parts.Clock.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * 100;
            _parts.Results.DoHousekeeping(_nowNs);
        }
    }

    private bool SeesWork()
    {
        if ((_parts.Ring.PassedByAll() > _handled && !_acks.IsFull)
            || !_visits.IsEmpty
            || _stopping
            || _isLeft
            || _parts.Fault.IsSet
            || Volatile.Read(ref _replayEnd) != _replayEndSeen) // partner: CompleteReplayAt
        {
            return true;
        }

        if (_parts.Journal.DurableAddress != _durableSeen
            || _parts.Journal.WrittenAddress != _writtenSeen
            || _parts.ResultsLog.DurableAddress != _resultsDurableSeen)
        {
            return true;
        }

        foreach (PartitionLoop partition in _parts.Partitions)
        {
            int index = partition.State.Index;
            if (partition.EmittedThrough != _emittedSeen[index]
                || (partition.Lane.HasFilled && _parts.Results.HasRoom(index)))
            {
                return true;
            }
        }

        return false;
    }

    private bool FreeSlots()
    {
        long passed = Math.Min(_parts.Ring.PassedByAll(), _handled + SlotsPerTurn); // acquire: outcomes are written
        long from = _handled;
        for (long n = from; n < passed && !_acks.IsFull; n++)
        {
            Handle(_parts.Ring[n]);
            Volatile.Write(ref _handled, n + 1); // partner: the read in Handled
        }

        if (_handled == from)
        {
            return false;
        }

        _parts.Ring.Free(_handled);
        _parts.Sequencer.SignalInStep(); // it may wait for a free slot in the midst of a step
        return true;
    }

    private void Handle(FrameSlot slot)
    {
        if (slot.Session is Session session)
        {
            session.Output.Applied(slot.FrameSequence);
            _acks.Add(session, slot.EndAddress, FrameAcks.Create(slot, session, _parts.Counters));
        }

        if (slot.Frame is InboundFrame frame)
        {
            _parts.Frames.Discard(frame);
        }

        _stopSeen |= slot.Kind == SlotKind.Stop;
        slot.Reset();
    }

    private bool TakeSlices(int most)
    {
        bool taken = false;
        for (int p = 0; p < _parts.Partitions.Length; p++)
        {
            // The address is read first: slices sent before it was published are in the lane by then.
            PartitionLoop partition = _parts.Partitions[p];
            long emittedBelow = partition.EmittedThrough;
            _emittedSeen[p] = emittedBelow;
            for (int left = most; left > 0 && _parts.Results.HasRoom(p); left--)
            {
                if (!partition.Lane.TryReceive(out ResultSlice? slice))
                {
                    break;
                }

                _parts.Results.Add(p, slice);
                taken = true;
            }

            if (!partition.Lane.HasFilled)
            {
                _parts.Results.SetEmittedBelow(p, emittedBelow);
            }
        }

        return taken;
    }

    // At the stop. Results that cannot get out now are closed again by the next start's replay.
    private bool MayEnd() => IsDrained() || _parts.Clock.Milliseconds() - _lastMovedMs > LastWaitMs;

    // All results are out, or the journal can give no more durable address for them.
    private bool IsDrained() =>
        (_parts.Results.PendingEntryCount == 0 && !Array.Exists(_parts.Partitions, p => p.Lane.HasFilled))
        || _parts.Journal.Fault is not null
        || _parts.ResultsLog.Fault is not null
        || _areResultsFull; // the next start gives these results again
}
