using System.Collections.Concurrent;
using System.Diagnostics.Tracing;

namespace FastStream.Tests.Embedding;

/// <summary>Counts, by thread of the operating system, how often a thread had to wait for a lock.</summary>
internal sealed class ContentionListener : EventListener
{
    private const EventKeywords Contention = (EventKeywords)0x4000;

    private readonly ConcurrentDictionary<long, int> _waits = new();

    /// <summary>Waits of one thread so far; events may come a little later than what they tell of.</summary>
    public int WaitsOf(long thread) => _waits.GetValueOrDefault(thread);

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime")
        {
            EnableEvents(eventSource, EventLevel.Informational, Contention);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        // Called for other sources too, and before the constructor has run.
        if (_waits is not null && eventData.EventName?.StartsWith("ContentionStart", StringComparison.Ordinal) == true)
        {
            _waits.AddOrUpdate(eventData.OSThreadId, 1, static (_, count) => count + 1);
        }
    }
}
