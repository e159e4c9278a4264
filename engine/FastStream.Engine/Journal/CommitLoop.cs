using FastStream.Engine.Memory;

namespace FastStream.Engine.Journal;

/// <summary>
/// The one thread that starts the commits of all logs. A commit makes one flush of everything appended before it, so
/// the busier a log is, the more each commit carries; an idle log waits for nobody.
/// </summary>
/// <remarks>Owner: the thread itself. Logs come and go under the lock; the thread reads the array it finds.</remarks>
internal sealed class CommitLoop : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Parker _parker = new();
    private readonly Func<bool> _hasWork;
    private readonly Thread _thread;
    private FasterEntryLog[] _logs = []; // replaced as a whole, under the lock
    private bool _stopping;              // writer: Dispose

    internal CommitLoop()
    {
        _hasWork = HasWork;
        _thread = new Thread(Run) { Name = "faststream-commit", IsBackground = true };
        _thread.Start();
    }

    internal void Add(FasterEntryLog log)
    {
        lock (_lock)
        {
            Volatile.Write(ref _logs, [.. _logs, log]); // partner: the reads of the thread
        }
    }

    internal void Remove(FasterEntryLog log)
    {
        lock (_lock)
        {
            Volatile.Write(ref _logs, [.. _logs.Where(other => other != log)]); // partner: the reads of the thread
        }
    }

    /// <summary>Any thread: some log has a reason to commit.</summary>
    internal void Signal() => _parker.Signal();

    public void Dispose()
    {
        Volatile.Write(ref _stopping, true); // partner: HasWork
        _parker.Signal();
        _thread.Join();
    }

    private void Run()
    {
        while (!Volatile.Read(ref _stopping)) // partner: Dispose
        {
            foreach (FasterEntryLog log in Volatile.Read(ref _logs)) // partner: Add, Remove
            {
                if (log.CommitIsDue)
                {
                    log.StartCommit();
                }
            }

            _parker.WaitUntil(_hasWork);
        }
    }

    private bool HasWork()
    {
        if (Volatile.Read(ref _stopping)) // partner: Dispose
        {
            return true;
        }

        foreach (FasterEntryLog log in Volatile.Read(ref _logs)) // partner: Add, Remove
        {
            if (log.CommitIsDue)
            {
                return true;
            }
        }

        return false;
    }
}
