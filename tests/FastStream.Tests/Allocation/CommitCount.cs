using FastStream.Engine;
using FastStream.Engine.Journal;

namespace FastStream.Tests.Allocation;

/// <summary>Counts the commits of an engine's logs by the durable addresses that they publish.</summary>
internal sealed class CommitCount
{
    private long _count;

    public CommitCount(EngineLogs logs)
    {
        Watch(logs.Journal);
        Watch(logs.Results);
    }

    public long Value => Interlocked.Read(ref _count);

    private void Watch(IEntryLog log)
    {
        Action? next = log.DurableAdvanced;
        long seen = log.DurableAddress;
        log.DurableAdvanced = () =>
        {
            long durable = log.DurableAddress;
            if (Interlocked.Exchange(ref seen, durable) != durable)
            {
                Interlocked.Increment(ref _count);
            }

            next?.Invoke();
        };
    }
}
