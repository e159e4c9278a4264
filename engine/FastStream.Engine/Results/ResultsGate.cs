using FastStream.Engine.Journal;
using FastStream.Engine.Monitoring;

namespace FastStream.Engine.Results;

/// <summary>
/// The gate through which results leave the process: a durable subscriber gets an entry only when its cause is
/// durable in the journal and the entry itself in the results log; one that asked for applied gets it at once and is
/// told so in each result.
/// </summary>
/// <remarks>
/// Owner: the results thread calls Offer and Check; subscribing and disposing happen on any thread and replace the
/// lists, which the results thread reads once an entry.
/// </remarks>
internal sealed class ResultsGate
{
    private readonly Lock _changing = new();
    private readonly TimeProvider _time;
    private readonly CounterSet _counters;
    private ResultSubscription[] _subscriptions = [];
    private ResultHandlerSubscription[] _handlers = [];
    private long _releasedAddress; // writer: the results thread
    private bool _isClosed; // under _changing

    internal ResultsGate(IEntryLog log, CounterSet counters, TimeProvider time)
    {
        Log = log;
        _counters = counters;
        _time = time;
    }

    internal IEntryLog Log { get; }

    /// <summary>What ends at or below this address of the results log may be seen by everyone.</summary>
    internal long ReleasedAddress => Volatile.Read(ref _releasedAddress); // partner: the release in SetReleased

    /// <summary>Results thread: publishes the address, before the entry that ends there is offered.</summary>
    internal void SetReleased(long address) =>
        Volatile.Write(ref _releasedAddress, address); // partner: the acquire in ReleasedAddress

    /// <summary>Any thread.</summary>
    internal ResultSubscription Subscribe(ResultsView view, SubscriptionOptions options)
    {
        if (options.Validate() is [string fault, ..])
        {
            throw new ArgumentException(fault, nameof(options));
        }

        long cursor = options.From?.Address ?? ReleasedAddress;
        var subscription = new ResultSubscription(view, this, options, cursor, _time);
        lock (_changing)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(ResultsGate));
            Volatile.Write(ref _subscriptions, [.. _subscriptions, subscription]); // partner: the acquire in Offer
        }

        return subscription;
    }

    /// <summary>Any thread. Dispose what it returns to stop; a call under way may still end after that.</summary>
    internal IDisposable Subscribe(
        ResultsView view, ResultLevel level, WindowRowsHandler handler, Action<Exception>? onFault)
    {
        var subscription = new ResultHandlerSubscription(view, level, handler, onFault, this);
        lock (_changing)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(ResultsGate));
            Volatile.Write(ref _handlers, [.. _handlers, subscription]); // partner: the acquire in Offer
        }

        return subscription;
    }

    internal void Remove(ResultSubscription subscription)
    {
        lock (_changing)
        {
            Volatile.Write(ref _subscriptions, [.. _subscriptions.Where(s => s != subscription)]); // partner: Offer
        }
    }

    internal void Remove(ResultHandlerSubscription subscription)
    {
        lock (_changing)
        {
            Volatile.Write(ref _handlers, [.. _handlers.Where(s => s != subscription)]); // partner: Offer
        }
    }

    /// <summary>Results thread: an entry has reached a level.</summary>
    internal void Offer(ResultEntry entry, ResultLevel level)
    {
        foreach (ResultHandlerSubscription handler in Volatile.Read(ref _handlers)) // partner: Subscribe, Remove
        {
            if (handler.Level == level && IsOf(handler.View, entry) && !handler.TryCall(entry))
            {
                _counters.Add(EngineCounter.ResultHandlersFailed, 1);
            }
        }

        foreach (ResultSubscription subscription in Volatile.Read(ref _subscriptions)) // partner: Subscribe, Remove
        {
            if (subscription.Level == level && IsOf(subscription.View, entry))
            {
                subscription.Offer(entry);
                RemoveIfCut(subscription);
            }
        }
    }

    /// <summary>Results thread, about each second: cuts subscribers that stand still.</summary>
    internal void CutSlow()
    {
        foreach (ResultSubscription subscription in Volatile.Read(ref _subscriptions)) // partner: Subscribe, Remove
        {
            subscription.CutIfTooSlow();
            RemoveIfCut(subscription);
        }
    }

    /// <summary>Ends all subscriptions: normally after what they have, or with a reason.</summary>
    internal void Close(string? reason)
    {
        ResultSubscription[] subscriptions;
        lock (_changing)
        {
            _isClosed = true;
            subscriptions = _subscriptions;
            _handlers = [];
        }

        foreach (ResultSubscription subscription in subscriptions)
        {
            if (reason is not null)
            {
                subscription.Cut(reason);
            }

            subscription.Dispose();
        }
    }

    private static bool IsOf(ResultsView view, ResultEntry entry) =>
        view.StreamId == entry.Window.StreamId && view.ViewId == entry.Window.ViewId;

    private void RemoveIfCut(ResultSubscription subscription)
    {
        if (subscription.CutReason is not null)
        {
            Remove(subscription);
            _counters.Add(EngineCounter.SubscribersCut, 1);
        }
    }
}
