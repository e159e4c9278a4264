namespace FastStream.Interleavings.Machine;

/// <summary>
/// One thread of an interleaving. It runs only when it is its turn, from one of its words to the machine to the next.
/// </summary>
/// <remarks>
/// Its code is deterministic, so that where it stands and what its locals hold follow from what it has seen: the hash of
/// that stands for both.
/// </remarks>
internal sealed class Actor(Schedule schedule, string name, Action body)
{
    [ThreadStatic]
    private static Actor? t_current;

    private readonly Queue<(Cell Cell, long Value)> _stores = new();
    private Func<bool>? _wakes; // what it sleeps for; null while it is ready
    private bool _hasTimeout;
    private long _seenVersion; // of memory, at its last look
    private bool _isCut;

    public static Actor? Current => t_current;

    public string Name => name;

    /// <summary>Passed to whoever's turn it is; the actor's thread waits for it.</summary>
    public SemaphoreSlim Baton { get; } = new(0);

    public bool HasEnded { get; private set; }

    /// <summary>Broken by it: how.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>What it is about to do, for people.</summary>
    public string About { get; private set; } = "begin";

    /// <summary>Everything it has seen so far, in order.</summary>
    public ulong History { get; private set; } = 1;

    /// <summary>Stores of it that are on their way to memory.</summary>
    public IReadOnlyCollection<(Cell Cell, long Value)> Stores => _stores;

    public bool IsReady => !HasEnded && (_wakes is null || _wakes() || (_hasTimeout && schedule.Version != _seenVersion));

    /// <summary>The calling actor says a word to the machine: returns when it is its turn. Null outside of a run.</summary>
    public static Actor? Turn(string about, bool isFence)
    {
        Actor? actor = t_current;
        if (actor is null || !actor.Await(about, wakes: null, hasTimeout: false))
        {
            return null;
        }

        while (isFence && actor.Drain())
        {
        }

        return actor;
    }

    /// <summary>The same for a sleep: its turn comes when it is woken or, with a time-out, when something has changed.</summary>
    public static Actor? WaitTurn(string about, Func<bool> wakes, bool hasTimeout)
    {
        Actor? actor = t_current;
        return actor is not null && actor.Await(about, wakes, hasTimeout) ? actor : null;
    }

    /// <summary>The word's effect.</summary>
    public void Saw(long value, bool hasWritten)
    {
        if (hasWritten)
        {
            schedule.Version++;
        }

        _seenVersion = schedule.Version;
        History = StateHash.Mix(History ^ (ulong)value);
        schedule.Note(this, value);
    }

    /// <summary>The calling actor is at a place where its locals hold nothing: how it came there does not matter.</summary>
    public static void Forget(int place)
    {
        if (t_current is Actor actor)
        {
            actor.History = StateHash.Mix((ulong)place);
        }
    }

    public void Store(Cell cell, long value) => _stores.Enqueue((cell, value));

    public long? StoredIn(Cell cell)
    {
        long? newest = null;
        foreach ((Cell stored, long value) in _stores)
        {
            newest = stored == cell ? value : newest;
        }

        return newest;
    }

    /// <summary>The oldest of its stores reaches memory; false when there is none.</summary>
    public bool Drain()
    {
        if (!_stores.TryDequeue(out (Cell Cell, long Value) oldest))
        {
            return false;
        }

        oldest.Cell.Value = oldest.Value;
        schedule.Version++;
        return true;
    }

    /// <summary>On the actor's own thread: all of it.</summary>
    public void Run()
    {
        t_current = this;
        try
        {
            Baton.Wait();
            if (!schedule.IsOver)
            {
                body();
                Turn("end", isFence: true);
            }
        }
        catch (CutException)
        {
            // What would follow is known.
        }
#pragma warning disable CA1031 // Whatever the code under test throws is a finding.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Failure = _isCut ? null : failure;
        }

        t_current = null;
        HasEnded = true;
        schedule.PassOn(this);
    }

    // False once the run is over: then the rest of it, what finally blocks do, is no part of any interleaving.
    private bool Await(string about, Func<bool>? wakes, bool hasTimeout)
    {
        if (_isCut)
        {
            return false;
        }

        (About, _wakes, _hasTimeout) = (about, wakes, hasTimeout);
        History = StateHash.Mix(History); // it has come a word further
        schedule.PassOn(this);
        if (schedule.IsOver)
        {
            _isCut = true;
            throw new CutException();
        }

        _wakes = null;
        return true;
    }
}
