using FastStream.Engine.Monitoring;

namespace FastStream.Engine.Ingress.Tcp;

/// <summary>
/// Counter sets for connections. A set is written by one pump at a time and lent while that pump takes frames, so there
/// are as many sets as pumps ever ran at once, not as there are connections: ten thousand quiet ones would hold ten
/// megabytes, and reading a counter would touch every one.
/// </summary>
internal sealed class IngressCounters(EngineCounters counters)
{
    private readonly Stack<CounterSet> _free = [];
    private readonly CounterSet _rare = counters.AddSet("ingress");
    private readonly Lock _lending = new();  // guards _free; the next borrower sees what the last one counted
    private readonly Lock _counting = new(); // guards _rare

    /// <summary>Lends a set to a pump.</summary>
    public CounterSet Borrow()
    {
        lock (_lending)
        {
            return _free.TryPop(out CounterSet? set) ? set : counters.AddSet("connection");
        }
    }

    /// <summary>Takes it back; what it counted stays.</summary>
    public void GiveBack(CounterSet set)
    {
        lock (_lending)
        {
            _free.Push(set);
        }
    }

    /// <summary>Any thread: counts something that happens to connections, not to frames.</summary>
    public void Count(EngineCounter counter, long count = 1)
    {
        lock (_counting)
        {
            _rare.Add(counter, count);
        }
    }
}
