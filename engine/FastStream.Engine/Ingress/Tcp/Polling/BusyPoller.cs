using System.Collections.Concurrent;

namespace FastStream.Engine.Ingress.Tcp.Polling;

/// <summary>
/// A thread that never sleeps while it has connections: it asks their sockets again and again whether there is
/// something to receive, and runs their pumps and outboxes itself. That saves the wake-ups of a frame's way (the
/// kernel's, the pool's), which cost more than a small frame does, for a core.
/// </summary>
/// <remarks>
/// Any thread adds, removes and posts; callbacks run on the poller's thread alone, one at a time. A round costs a
/// system call for each connection that waits, so it is for a handful of them
/// (<see cref="FrameListenerOptions.BusyPollConnections"/>). After some rounds without work it yields its core to
/// whoever is ready to run there.
/// </remarks>
internal sealed class BusyPoller : IDisposable
{
    private const int RoundsBeforeRest = 32; // some ten microseconds with one connection

    private readonly ConcurrentQueue<Action> _posted = new();
    private readonly List<PolledSocket> _waiting = []; // the poller's thread only
    private readonly ManualResetEventSlim _hasConnections = new(false, spinCount: 0);
    private readonly Thread _thread;
    private readonly int _maxConnections;
    private int _connections; // by Interlocked
    private volatile bool _isOver;

    /// <param name="maxConnections">Connections that it takes; those beyond are left to the pool.</param>
    public BusyPoller(int maxConnections)
    {
        _maxConnections = maxConnections;
        _thread = new Thread(Run) { IsBackground = true, Name = "faststream-poll" };
        _thread.Start();
    }

    /// <summary>Places taken now.</summary>
    public int ConnectionCount => Math.Min(Volatile.Read(ref _connections), _maxConnections); // partner: TryEnter

    /// <summary>A place for one more connection, until <see cref="Leave"/>; false when all are taken.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _connections) > _maxConnections)
        {
            Interlocked.Decrement(ref _connections);
            return false;
        }

        _hasConnections.Set();
        return true;
    }

    /// <summary>Gives a place back; what was posted before still runs.</summary>
    public void Leave() => Interlocked.Decrement(ref _connections);

    /// <summary>Any thread: runs it on the poller's thread.</summary>
    public void Post(Action action)
    {
        _posted.Enqueue(action);
        _hasConnections.Set(); // it sleeps only when the last connection has left
    }

    /// <summary>Any thread: tells the socket, once, when it is readable.</summary>
    public void Watch(PolledSocket socket)
    {
        if (Thread.CurrentThread == _thread)
        {
            _waiting.Add(socket);
        }
        else
        {
            Post(socket.WatchLater);
        }
    }

    /// <summary>Ends the thread; no connection may be left.</summary>
    public void Dispose()
    {
        _isOver = true;
        _hasConnections.Set();
        _thread.Join(); // the event stays: a connection that was given up may still post
    }

    private void Run()
    {
        int idleRounds = 0;
        while (!_isOver)
        {
            bool hasWorked = RunPosted();
            for (int i = _waiting.Count - 1; i >= 0; i--)
            {
                PolledSocket socket = _waiting[i];
                if (socket.IsReadable())
                {
                    _waiting[i] = _waiting[^1]; // before it runs: it may be added again
                    _waiting.RemoveAt(_waiting.Count - 1);
                    socket.Complete();
                    hasWorked = true;
                }
            }

            idleRounds = hasWorked ? 0 : idleRounds + 1;
            if (idleRounds >= RoundsBeforeRest)
            {
                idleRounds = 0;
                Rest();
            }
        }
    }

    private bool RunPosted()
    {
        bool hasWorked = false;
        while (_posted.TryDequeue(out Action? action))
        {
            action();
            hasWorked = true;
        }

        return hasWorked;
    }

    // Reset before the look: an entry or a post after it sets the event again, and the wait returns at once.
    private void Rest()
    {
        if (Volatile.Read(ref _connections) > 0)
        {
            Thread.Yield();
            return;
        }

        _hasConnections.Reset();
        if (Volatile.Read(ref _connections) == 0 && _posted.IsEmpty && !_isOver)
        {
            _hasConnections.Wait();
        }
    }
}
