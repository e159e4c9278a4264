using System.Collections.Concurrent;
using FastStream.Engine.Monitoring;

namespace FastStream.Engine.Ingress.Tcp;

/// <summary>
/// Counter sets for connections. A set is written by one pump at a time and lent for the pump's life, so there are as
/// many sets as there were connections at once, not as there were connections.
/// </summary>
internal sealed class IngressCounters(EngineCounters counters)
{
    private readonly ConcurrentBag<CounterSet> _free = [];
    private readonly CounterSet _rare = counters.AddSet("ingress");
    private readonly Lock _counting = new();

    /// <summary>Lends a set to a pump.</summary>
    public CounterSet Borrow() => _free.TryTake(out CounterSet? set) ? set : counters.AddSet("connection");

    /// <summary>Takes it back; what it counted stays.</summary>
    public void GiveBack(CounterSet set) => _free.Add(set);

    /// <summary>Any thread: counts something that happens to connections, not to frames.</summary>
    public void Count(EngineCounter counter, long count = 1)
    {
        lock (_counting)
        {
            _rare.Add(counter, count);
        }
    }
}
