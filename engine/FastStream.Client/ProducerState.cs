using System.Diagnostics;

namespace FastStream.Client;

/// <summary>
/// What the application's, the sending and the receiving thread share: work, window, acks and faults. Everything is
/// guarded by one monitor, which is taken once or twice a frame and never for a record; whoever changes something that
/// another thread may wait for wakes all waiters before leaving it, so no wake-up is lost.
/// </summary>
internal sealed class ProducerState
{
    // A few frames waiting to be encoded are enough to keep the sending thread busy.
    private const int MaxQueuedItems = 16;

    private readonly object _gate = new();
    private readonly Queue<WorkItem> _work = new(MaxQueuedItems + 1);
    private readonly Stack<ColumnBuffer> _freeBuffers = new();
    private readonly PriorityQueue<TaskCompletionSource, ulong> _waiters = new();
    private ProducerCounts _counts;
    private bool _positionsAreUsed;

    public ProducerState(ProducerOptions options, ulong settledThrough, IEnumerable<ColumnBuffer> buffers)
    {
        Options = options;
        Pool = new FramePool();
        Window = new InFlightWindow(options.MaxInFlightFrames, options.MaxInFlightBytes, Pool);
        Window.Start(settledThrough);
        LastAssigned = settledThrough;
        foreach (ColumnBuffer buffer in buffers)
        {
            _freeBuffers.Push(buffer);
        }

        Current = _freeBuffers.Pop();
    }

    public object Gate => _gate;

    public ProducerOptions Options { get; }

    // All below: guarded by the gate.
    public InFlightWindow Window { get; }

    public FramePool Pool { get; }

    /// <summary>The buffer that the application fills.</summary>
    public ColumnBuffer Current { get; private set; }

    /// <summary>The last sequence given to a frame.</summary>
    public ulong LastAssigned { get; set; }

    public ProducerException? Fault { get; private set; }

    public bool IsClosing { get; private set; }

    public bool IsConnected { get; set; }

    /// <summary>Whether frames end at source positions only. Written by the application, read by the sender.</summary>
    public bool PositionsAreUsed
    {
        get => Volatile.Read(ref _positionsAreUsed);
        set => Volatile.Write(ref _positionsAreUsed, value);
    }

    /// <summary>Counts connections, so that a late report about an old one is ignored.</summary>
    public int Generation { get; set; }

    /// <summary>When to send again from <see cref="RewindTarget"/>; 0 for not at all.</summary>
    public long RewindTimestamp { get; set; }

    public ulong RewindTarget { get; set; }

    /// <summary>The next pause; doubles with each trouble, starts anew with each ack.</summary>
    public TimeSpan BackOff { get; set; }

    public ref ProducerCounts Counts => ref _counts;

    public bool HasWork => _work.Count > 0;

    /// <summary>Application: exchanges the buffer for an empty one. Null only when it may not wait.</summary>
    public ColumnBuffer? Exchange(int closedCount, bool mayWait)
    {
        lock (_gate)
        {
            while (Fault is null && (_freeBuffers.Count == 0 || _work.Count >= MaxQueuedItems))
            {
                if (!mayWait)
                {
                    return null;
                }

                Monitor.Wait(_gate);
            }

            ThrowIfOver();
            ColumnBuffer closed = Current;
            ColumnBuffer next = _freeBuffers.Pop();
            next.Reset();

            // Records behind the last position wait for the next position, so they move on with the application.
            int count = closed.PublishedCount();
            if (closedCount < count)
            {
                closed.CopyTail(closedCount, count, next);
            }

            closed.ClosedCount = closedCount;
            _work.Enqueue(new WorkItem { Buffer = closed });
            Current = next;
            Monitor.PulseAll(_gate);
            return next;
        }
    }

    /// <summary>Application: queues an item. False only when it may not wait.</summary>
    public bool Enqueue(in WorkItem item, bool mayWait)
    {
        lock (_gate)
        {
            while (Fault is null && _work.Count >= MaxQueuedItems)
            {
                if (!mayWait)
                {
                    return false;
                }

                Monitor.Wait(_gate);
            }

            ThrowIfOver();
            _work.Enqueue(item);
            Monitor.PulseAll(_gate);
            return true;
        }
    }

    /// <summary>Application: a slot whose frame is a copy of these bytes.</summary>
    public FrameSlot CopyFrame(ReadOnlySpan<byte> frame)
    {
        FrameSlot slot;
        lock (_gate)
        {
            slot = Pool.RentSlot();
            slot.Block = Pool.RentBlock(frame.Length);
        }

        frame.CopyTo(slot.Block);
        slot.Frame = slot.Block.AsMemory(0, frame.Length);
        return slot;
    }

    public FrameSlot RentSlot()
    {
        lock (_gate)
        {
            return Pool.RentSlot();
        }
    }

    /// <summary>Completed when the frame is settled, failed when the producer is.</summary>
    public Task WhenSettled(ulong sequence)
    {
        TaskCompletionSource waiter = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            AddWaiter(waiter, sequence);
        }

        return waiter.Task;
    }

    public ProducerCounts ReadCounts()
    {
        lock (_gate)
        {
            return _counts;
        }
    }

    public ulong ReadSettledThrough()
    {
        lock (_gate)
        {
            return Window.SettledThrough;
        }
    }

    /// <summary>Any thread: the producer ends with this. The first reason stays.</summary>
    public void Fail(ProducerException fault)
    {
        lock (_gate)
        {
            if (Fault is not null)
            {
                return;
            }

            Fault = fault;
            while (_waiters.TryDequeue(out TaskCompletionSource? waiter, out _))
            {
                _ = waiter.TrySetException(fault);
            }

            while (_work.TryDequeue(out WorkItem item))
            {
                _ = item.Flush?.TrySetException(fault);
            }

            Monitor.PulseAll(_gate);
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            IsClosing = true;
            Monitor.PulseAll(_gate);
        }
    }

    // The following are called with the gate held.
    public bool TryDequeue(out WorkItem item) => _work.TryDequeue(out item);

    public void ReturnBuffer(ColumnBuffer buffer)
    {
        _freeBuffers.Push(buffer);
        Monitor.PulseAll(_gate);
    }

    public void AddWaiter(TaskCompletionSource waiter, ulong sequence)
    {
        Debug.Assert(Monitor.IsEntered(_gate), "The gate guards the waiters.");
        if (Fault is not null)
        {
            _ = waiter.TrySetException(Fault);
        }
        else if (sequence <= Window.SettledThrough)
        {
            _ = waiter.TrySetResult();
        }
        else
        {
            _waiters.Enqueue(waiter, sequence);
        }
    }

    public int SettleThrough(ulong sequence)
    {
        int settled = Window.SettleThrough(sequence);
        Announce();
        return settled;
    }

    /// <summary>Completes who waited for what is settled now, and wakes who waits for room.</summary>
    public void Announce()
    {
        while (_waiters.TryPeek(out _, out ulong sequence) && sequence <= Window.SettledThrough)
        {
            _ = _waiters.Dequeue().TrySetResult();
        }

        Monitor.PulseAll(_gate);
    }

    public TimeSpan NextBackOff()
    {
        TimeSpan pause = BackOff < Options.MinBackOff ? Options.MinBackOff : BackOff;
        BackOff = pause * 2 > Options.MaxBackOff ? Options.MaxBackOff : pause * 2;
        return pause;
    }

    private void ThrowIfOver()
    {
        if (Fault is not null)
        {
            throw new ProducerException(Fault.Code, Fault.Message);
        }

        ObjectDisposedException.ThrowIf(IsClosing, typeof(Producer));
    }
}
