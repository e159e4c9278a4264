using FastStream.Engine.Memory;
using FastStream.Engine.Sequencing;

namespace FastStream.Engine.Partitions;

/// <summary>
/// The thread of one partition: reads the frame ring, applies its own records, emits closed windows.
/// </summary>
/// <remarks>
/// Owner of its <see cref="PartitionState"/> while it runs. It takes a bounded batch of slots a turn, then emits a
/// bounded number of slices, so that closing a large window delays frames by little. A fault (a broken invariant)
/// stops this partition and with it the engine: nothing is acked beyond it.
/// </remarks>
internal sealed class PartitionLoop : IDisposable
{
    private const int SlotsPerTurn = 64;
    private const int RowsPerSlice = 512;

    private readonly FrameRing _ring;
    private readonly PartitionState _state;
    private readonly SliceLane _lane;
    private readonly Parker _parker;
    private readonly Action<Exception> _onFault;
    private readonly EngineFault _fault;
    private readonly Func<bool> _hasWork;
    private readonly ColumnResolver _columns = new();
    private readonly Thread _thread;
    private long _next;
    private PaddedLong _emittedThrough; // writer: this thread; reader: delivery
    private bool _stopping;

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
        _hasWork = () => _ring.Published > _next || _fault.IsSet;
        _thread = new Thread(Run) { IsBackground = true, Name = $"FastStream partition {state.Index}" };
    }

    /// <summary>No close below this address will be emitted any more (acquire; partner: the release in Run).</summary>
    public long EmittedThrough => Volatile.Read(ref _emittedThrough.Value);

    public PartitionState State => _state;

    /// <summary>Whether its thread stays on the core of its number.</summary>
    public bool PinToCore { get; init; }

    /// <summary>Whether results find no room on the disk: then closed windows may wait here instead.</summary>
    public Func<bool> AreResultsFull { get; init; } = () => false;

    /// <summary>Where its closed windows go.</summary>
    public SliceLane Lane => _lane;

    public void Start() => _thread.Start();

    public void Join()
    {
        if (_thread.IsAlive)
        {
            _thread.Join();
        }
    }

    /// <summary>Frees the state; only after the thread has ended.</summary>
    public void Dispose()
    {
        _columns.Dispose();
        _state.Dispose();
    }

    private void Run()
    {
        try
        {
            if (PinToCore)
            {
                CorePinning.TryPin(_state.Index);
            }

            while (!_stopping && !_fault.IsSet)
            {
                bool worked = ApplyWaiting();
                bool emitted = EmitWaiting();
                bool saved = _state.Saving?.SaveNext() ?? false;
                if (!worked && !emitted && !saved)
                {
                    Rest();
                }
            }
        }
#pragma warning disable CA1031 // Whatever went wrong, the engine must hear of it and stop acking.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _onFault(fault);
        }
    }

    private void Rest()
    {
        if (IsHeld)
        {
            _lane.WaitForRoom();
        }
        else
        {
            bool isWaitingForLogs = _state.Saving is not null || HasPending();
            _parker.WaitUntil(_hasWork, isWaitingForLogs ? 1 : Timeout.Infinite);
        }
    }

    // Closed windows find no way out: taking more frames would only pile up more of them. Where the disk is full the
    // sequencer takes nothing new, and what lies in the ring must go on, so that questions are answered.
    private bool IsHeld => _lane.IsFull && HasPending() && !AreResultsFull();

    private bool ApplyWaiting()
    {
        long end = Math.Min(_ring.Published, _next + SlotsPerTurn); // acquire: slots below are filled
        if (_next >= end || IsHeld)
        {
            return false;
        }

        for (; _next < end && !_stopping; _next++)
        {
            FrameSlot slot = _ring[_next];
            Apply(slot);
            _state.AppliedAddress = Math.Max(_state.AppliedAddress, slot.EndAddress);
        }

        PublishEmitted();
        _ring.Pass(_state.Index, _next); // releases outcomes and the emitted address to delivery
        _lane.Signal();
        return true;
    }

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
                EmitAll();
                slot.Task!.Run(_state);
                break;
            case SlotKind.Stop:
                EmitAll();
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

    // Emits a few slices: one a turn while frames wait, more when none do.
    private bool EmitWaiting()
    {
        int budget = _ring.Published > _next ? 1 : 16;
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

    // Before a snapshot, which does not hold what has been closed, and at the end. Where the disk is full it gives up:
    // such a snapshot never counts, and the next start closes the same windows again.
    private void EmitAll()
    {
        while (NextToEmit() is StreamPartition stream && !(_lane.IsFull && AreResultsFull()))
        {
            if (!EmitOne(stream))
            {
                _fault.ThrowIfSet();
                PublishEmitted();
                _lane.Signal();
                _lane.WaitForRoom();
            }
        }

        PublishEmitted();
        _lane.Signal();
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
