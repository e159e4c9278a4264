namespace FastStream.Engine.Ingress;

/// <summary>Tasks that complete when a sequence has been reached. Safe for all threads.</summary>
internal sealed class SequenceWaiters
{
    private readonly PriorityQueue<TaskCompletionSource, ulong> _waiting = new();
    private Exception? _fault;
    private ulong _reached; // written under the lock

    /// <summary>The sequence reached so far.</summary>
    public ulong Reached => Volatile.Read(ref _reached); // partner: the write in Reach

    public Task WhenReached(ulong sequence)
    {
        if (sequence <= Reached)
        {
            return Task.CompletedTask;
        }

        lock (_waiting)
        {
            if (sequence <= _reached)
            {
                return Task.CompletedTask;
            }

            if (_fault is not null)
            {
                return Task.FromException(_fault);
            }

            TaskCompletionSource waiter = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(waiter, sequence);
            return waiter.Task;
        }
    }

    public void Reach(ulong sequence)
    {
        lock (_waiting)
        {
            Volatile.Write(ref _reached, Math.Max(_reached, sequence)); // partner: the read in Reached
            while (_waiting.TryPeek(out TaskCompletionSource? waiter, out ulong wanted) && wanted <= _reached)
            {
                _waiting.Dequeue();
                waiter.TrySetResult();
            }
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
        }
    }
}
