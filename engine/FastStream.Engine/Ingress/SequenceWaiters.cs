namespace FastStream.Engine.Ingress;

/// <summary>Tasks that complete when a sequence has been reached. Safe for all threads.</summary>
/// <remarks>
/// Nobody waits for most sequences, so reaching one takes no lock then. Why no waiter is lost (Dekker's pattern): who
/// reaches writes the sequence, a full fence, and looks whether somebody waits; who waits says so, runs a full fence
/// and looks at the sequence. At least one of the two sees the other.
/// </remarks>
internal sealed class SequenceWaiters
{
    private readonly PriorityQueue<TaskCompletionSource, ulong> _waiting = new(); // under its lock
    private int _waitingCount; // written under the lock
    private Exception? _fault;
    private ulong _reached; // by compare-and-swap

    /// <summary>The sequence reached so far.</summary>
    public ulong Reached => Volatile.Read(ref _reached); // partner: the exchange in Reach

    /// <summary>Any thread: completes when the sequence has been reached.</summary>
    public Task WhenReached(ulong sequence)
    {
        if (sequence <= Reached)
        {
            return Task.CompletedTask;
        }

        lock (_waiting)
        {
            if (_fault is not null && sequence > Reached)
            {
                return Task.FromException(_fault);
            }

            Volatile.Write(ref _waitingCount, _waiting.Count + 1);
            Interlocked.MemoryBarrier(); // partner: the exchange in Reach
            if (sequence <= Reached)
            {
                Volatile.Write(ref _waitingCount, _waiting.Count); // partner: Reach
                return Task.CompletedTask;
            }

            TaskCompletionSource waiter = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(waiter, sequence);
            return waiter.Task;
        }
    }

    /// <summary>Any thread: everything up to here is reached.</summary>
    public void Reach(ulong sequence)
    {
        ulong before = Reached;
        while (before < sequence)
        {
            ulong seen = Interlocked.CompareExchange(ref _reached, sequence, before); // partner: WhenReached
            if (seen == before)
            {
                CompleteReached();
                return;
            }

            before = seen;
        }
    }

    /// <summary>Nothing more will be reached: whoever waits, now or later, is told why.</summary>
    public void Fail(Exception fault)
    {
        lock (_waiting)
        {
            _fault ??= fault;
            while (_waiting.TryDequeue(out TaskCompletionSource? waiter, out _))
            {
                waiter.TrySetException(_fault);
            }

            Volatile.Write(ref _waitingCount, 0);
        }
    }

    private void CompleteReached()
    {
        if (Volatile.Read(ref _waitingCount) == 0) // partner: WhenReached
        {
            return;
        }

        lock (_waiting)
        {
            while (_waiting.TryPeek(out TaskCompletionSource? waiter, out ulong wanted) && wanted <= Reached)
            {
                _waiting.Dequeue();
                waiter.TrySetResult();
            }

            Volatile.Write(ref _waitingCount, _waiting.Count);
        }
    }
}
