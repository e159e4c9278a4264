using FastStream.Engine.Loops;
using FastStream.Engine.Memory;
using FastStream.Engine.Sequencing;

namespace FastStream.Engine.Partitions;

/// <summary>
/// The loop of one partition: reads the frame ring, applies its own records, emits closed windows.
/// </summary>
/// <remarks>
/// Owner of its <see cref="PartitionState"/> while it runs. It takes a bounded batch of slots a turn, then emits a
/// bounded number of slices, so that closing a large window delays frames by little. A fault (a broken invariant)
/// stops this partition and with it the engine: nothing is acked beyond it.
/// </remarks>
internal sealed class PartitionLoop : IEngineLoop, IDisposable
{
    private const int SlotsPerTurn = 64;

    private readonly FrameRing _ring;
    private readonly PartitionState _state;
    private readonly SliceLane _lane;
    private readonly Parker _parker;
    private readonly Action<Exception> _onFault;
    private readonly EngineFault _fault;
    private readonly Func<bool> _hasWork;
    private readonly ColumnResolver _columns = new();
    private long _next;
    private PaddedLong _emittedThrough; // writer: this thread; reader: delivery
    private bool _stopping;
    private volatile bool _isLeft; // a brief step has left something; written by whoever steps, read by any thread
    private bool _isAtBarrier; // the next slot waits until every closed window has been emitted

    public PartitionLoop(
        FrameRing ring,
        PartitionState state,
        SliceLane lane,
        Parker parker,
        EngineFault fault,
        Action<Exception> onFault)
    {
        _fault = fault;
        _ring = ring;
        _state = state;
        _lane = lane;
        _parker = parker;
        _onFault = onFault;
        _hasWork = () => _ring.Published > _next || _isLeft || _fault.IsSet;
        Name = $"partition {state.Index}";
        HandOn = lane.Signal;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public Parker Parker => _parker;

    /// <inheritdoc/>
    public bool HasWork => _hasWork();

    /// <summary>
    /// No close below this address will be emitted any more (acquire; partner: the release in PublishEmitted).
    /// </summary>
    public long EmittedThrough => Volatile.Read(ref _emittedThrough.Value);

    public PartitionState State => _state;

    /// <summary>Whether its thread stays on the core of its number.</summary>
    public bool PinToCore { get; init; }

    /// <summary>Rows of a closed window that go in one slice.</summary>
    public int RowsPerSlice { get; init; } = 512;

    /// <summary>
    /// Whether results find no way out: no room on the disk, or a failed log. Then closed windows may wait here.
    /// </summary>
    public Func<bool> AreResultsStuck { get; init; } = () => false;

    /// <summary>Called when slots have been passed: delivery has them now, and somebody must take it on.</summary>
    public Action HandOn { get; set; }

    /// <summary>Where its closed windows go.</summary>
    public SliceLane Lane => _lane;

    /// <summary>Frees the state; only after the loop has ended.</summary>
    public void Dispose()
    {
        _columns.Dispose();
        _state.Dispose();
    }

    /// <inheritdoc/>
    public void Begin()
    {
        if (PinToCore)
        {
            CorePinning.TryPin(_state.Index);
        }
    }

    /// <inheritdoc/>
    public LoopStep Step()
    {
        try
        {
            if (_stopping || _fault.IsSet)
            {
                return LoopStep.Ended;
            }

            _isLeft = false;
            bool worked = ApplyWaiting();
            worked |= EmitWaiting();
            worked |= _state.Saving?.SaveNext() ?? false;
            return worked ? LoopStep.Worked : LoopStep.Idle;
        }
#pragma warning disable CA1031 // Whatever went wrong, the engine must hear of it and stop acking.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _onFault(fault);
            return LoopStep.Ended;
        }
    }

    /// <inheritdoc/>
    public void StepBriefly()
    {
        if (_fault.IsSet || HasMoreThanFrames)
        {
            return;
        }

        try
        {
            ApplyWaiting();
            _isLeft = HasMoreThanFrames;
        }
#pragma warning disable CA1031 // As in Step; its thread sees the fault and ends.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _onFault(fault);
        }
    }

    /// <inheritdoc/>
    public void Rest()
    {
        if (IsHeld)
        {
            _lane.WaitForRoom();
        }
        else
        {
            int restMs = HasPending() ? 1 : _state.Saving?.RestMs ?? Timeout.Infinite; // until logs have room
            _parker.WaitUntil(_hasWork, restMs, mayLend: true);
        }
    }

    // What is no work for a brief step: closed windows to emit, a snapshot to save, the end.
    private bool HasMoreThanFrames => _stopping || _state.Saving is not null || HasPending();

    // Closed windows find no way out: taking more frames would only pile up more of them. Where results are stuck the
    // sequencer takes nothing new, and what lies in the ring must go on, so that questions are answered.
    private bool IsHeld => _lane.IsFull && HasPending() && !AreResultsStuck();

    private bool ApplyWaiting()
    {
        long end = Math.Min(_ring.Published, _next + SlotsPerTurn); // acquire: slots below are filled
        if (_next >= end || IsHeld)
        {
            return false;
        }

        long from = _next;
        for (; _next < end && !_stopping; _next++)
        {
            FrameSlot slot = _ring[_next];
            _isAtBarrier = IsBarrier(slot.Kind) && !HasEmittedAll();
            if (_isAtBarrier)
            {
                break;
            }

            Apply(slot);
            _state.AppliedAddress = Math.Max(_state.AppliedAddress, slot.EndAddress);
        }

        if (_next == from)
        {
            return false;
        }

        PublishEmitted();
        _ring.Pass(_state.Index, _next); // releases outcomes and the emitted address to delivery
        HandOn();
        return true;
    }

    // Before a snapshot, which does not hold what has been closed, and at the end, closed windows go out first.
    private static bool IsBarrier(SlotKind kind) => kind is SlotKind.Snapshot or SlotKind.Stop;

    // Where results are stuck it gives up: the snapshot's task sees that and fails, and the next start closes the same
    // windows again.
    private bool HasEmittedAll() => !HasPending() || (_lane.IsFull && AreResultsStuck());

    private void Apply(FrameSlot slot)
    {
        switch (slot.Kind)
        {
            case SlotKind.Data:
                ApplyData(slot);
                break;
            case SlotKind.Time:
                if (slot.Stream is not null)
                {
                    _state[slot.Stream.Id].Advance(slot.Address, slot.WatermarkAfter);
                }

                break;
            case SlotKind.Tombstone:
                _state[slot.Stream!.Id].CountTombstone(slot.TombstoneRecords);
                break;
            case SlotKind.Definition or SlotKind.Question:
                slot.Task!.Run(_state);
                break;
            case SlotKind.Snapshot:
                slot.Task!.Run(_state);
                break;
            case SlotKind.Stop:
                _stopping = true;
                break;
            default:
                throw new InvalidOperationException($"Slot kind {slot.Kind} is unknown.");
        }
    }

    private void ApplyData(FrameSlot slot)
    {
        StreamPartition stream = _state[slot.Stream!.Id];
        ref FrameOutcome outcome = ref slot.Outcomes[_state.Index];
        outcome.Clear();
        ReadOnlySpan<ushort> rows = slot.Frame!.Rows(_state.Index);
#if PLANTED_FAULTS
        rows = PlantedFaults.Is(PlantedFault.SkipFrame) && _next % 8 == 7 ? default : rows;
#endif
        if (!rows.IsEmpty)
        {
            FrameColumns columns = _columns.Resolve(slot, rows);
            stream.Apply(slot.Context, columns, rows, ref outcome);
        }

        stream.Advance(slot.Address, slot.WatermarkAfter);
    }

    private bool HasPending()
    {
        foreach (StreamPartition stream in _state.Streams)
        {
            if (stream.HasPendingCloses)
            {
                return true;
            }
        }

        return false;
    }

    // Emits a few slices: one a turn while frames wait, more when none do or they wait for this.
    private bool EmitWaiting()
    {
        int budget = _ring.Published > _next && !_isAtBarrier ? 1 : 16;
        bool emitted = false;
        while (budget > 0 && NextToEmit() is StreamPartition stream && EmitOne(stream))
        {
            budget--;
            emitted = true;
        }

        if (emitted)
        {
            PublishEmitted();
            _lane.Signal();
        }

        return emitted;
    }

    // The stream whose oldest close has the smallest cause: delivery wants closes in the order of the journal.
    private StreamPartition? NextToEmit()
    {
        StreamPartition? next = null;
        long least = long.MaxValue;
        foreach (StreamPartition stream in _state.Streams)
        {
            if (stream.HasPendingCloses && stream.EmittedThrough(_state.AppliedAddress) < least)
            {
                next = stream;
                least = stream.EmittedThrough(_state.AppliedAddress);
            }
        }

        return next;
    }

    private bool EmitOne(StreamPartition stream)
    {
        if (!_lane.TryRent(out ResultSlice? slice))
        {
            return false;
        }

        EmitStatus status = stream.Emit(slice, RowsPerSlice);
        if (status == EmitStatus.Slice)
        {
            _lane.Send(slice);
            return true;
        }

        _lane.GiveBack(slice);
        return status == EmitStatus.Working;
    }

    private void PublishEmitted()
    {
        long through = _state.AppliedAddress;
        foreach (StreamPartition stream in _state.Streams)
        {
            through = Math.Min(through, stream.EmittedThrough(_state.AppliedAddress));
        }

        Volatile.Write(ref _emittedThrough.Value, through); // partner: delivery's read of EmittedThrough
    }
}
