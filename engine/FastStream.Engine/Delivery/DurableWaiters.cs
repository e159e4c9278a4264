using FastStream.Engine.Journal;

namespace FastStream.Engine.Delivery;

/// <summary>Tasks that complete when the journal is durable up to an address. Safe for all threads.</summary>
internal sealed class DurableWaiters(IEntryLog journal)
{
    private readonly PriorityQueue<TaskCompletionSource, long> _waiting = new();
    private Exception? _end; // under the lock; set once
    private int _count; // read without the lock by the delivery thread; written under it

    /// <summary>Completes at once where the journal is durable that far already; fails when it has failed.</summary>
    public Task WhenDurable(long endAddress)
    {
        if (endAddress <= journal.DurableAddress)
        {
            return Task.CompletedTask;
        }

        TaskCompletionSource waiter = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_waiting)
        {
            if (_end is not null)
            {
                return Task.FromException(_end);
            }

            _waiting.Enqueue(waiter, endAddress);
            Volatile.Write(ref _count, _waiting.Count); // partner: the read in Release
        }

        // The address may have risen between the look and the enqueueing, with nothing following to release us.
        journal.RequestCommit();
        Release();
        return waiter.Task;
    }

    /// <summary>Completes what is due.</summary>
    public void Release()
    {
        if (Volatile.Read(ref _count) == 0) // partner: the write in WhenDurable
        {
            return;
        }

        LogFault? fault = journal.Fault;
        lock (_waiting)
        {
            long durable = journal.DurableAddress;
            while (_waiting.TryPeek(out TaskCompletionSource? waiter, out long endAddress))
            {
                if (endAddress <= durable)
                {
                    waiter.TrySetResult();
                }
                else if (fault is not null)
                {
                    waiter.TrySetException(new IOException(fault.Message));
                }
                else
                {
                    break;
                }

                _waiting.Dequeue();
            }

            Volatile.Write(ref _count, _waiting.Count);
        }
    }

    /// <summary>The engine ends: whoever still waits, or comes later, is told why.</summary>
    public void Abandon(Exception? fault)
    {
        lock (_waiting)
        {
            _end ??= fault is null
                ? new ObjectDisposedException("IngestionEngine")
                : new IngestionException(Protocol.ErrorCode.Faulted, $"the engine has stopped: {fault.Message}");
            while (_waiting.TryDequeue(out TaskCompletionSource? waiter, out _))
            {
                waiter.TrySetException(_end);
            }

            Volatile.Write(ref _count, 0);
        }
    }
}
