namespace FastStream.Engine.Monitoring;

/// <summary>
/// The engine's counters: each counting thread has its own <see cref="CounterSet"/>, a reader adds them up. Reading
/// takes no lock that a counting thread ever takes.
/// </summary>
public sealed class EngineCounters
{
    private readonly Lock _growing = new();
    private CounterSet[] _sets = [];

    /// <summary>The sum over all threads since the engine started. Any thread; some nanoseconds a thread.</summary>
    public long Read(EngineCounter counter)
    {
        long sum = 0;
        foreach (CounterSet set in Volatile.Read(ref _sets)) // partner: the release in AddSet
        {
            sum += set.Read(counter);
        }

        return sum;
    }

    /// <summary>Every counter with its value, by number.</summary>
    public IReadOnlyList<KeyValuePair<EngineCounterInfo, long>> ReadAll()
    {
        var values = new List<KeyValuePair<EngineCounterInfo, long>>(EngineCounterCatalog.All.Count);
        foreach (EngineCounterInfo info in EngineCounterCatalog.All)
        {
            values.Add(new KeyValuePair<EngineCounterInfo, long>(info, Read(info.Counter)));
        }

        return values;
    }

    /// <summary>
    /// A set for one counting thread. It stays for the life of the engine, so ask once a thread (or once a pump that
    /// never runs on two threads at once), not once a connection.
    /// </summary>
    internal CounterSet AddSet(string owner)
    {
        var set = new CounterSet(owner);
        lock (_growing)
        {
            Volatile.Write(ref _sets, [.. _sets, set]); // partner: the acquire in Read
        }

        return set;
    }
}
