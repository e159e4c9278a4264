using FastStream.TestKit.Model;

namespace FastStream.TestKit.Generate;

/// <summary>Plays a history to the reference model.</summary>
internal sealed class ModelHistoryTarget : IHistoryTarget
{
    private readonly Dictionary<string, ModelSession> _sessions = [];
    private readonly Dictionary<string, long> _lastArrivals = [];

    /// <summary>The newest arrival: the clock may jump back, arrivals never do.</summary>
    public long NewestArrivalNs { get; private set; }

    /// <summary>A model with the stream and the initial views.</summary>
    public ModelHistoryTarget(RandomHistory history)
    {
        Model.Define(HistoryStream.Definition(history));
        foreach (HistoryView view in HistoryView.Initial)
        {
            Model.AddView(HistoryStream.Name, view.Model);
        }
    }

    /// <summary>The model.</summary>
    public ReferenceEngine Model { get; } = new();

    /// <inheritdoc/>
    public Task<(long Epoch, long LastSequence)> HelloAsync(string producer, long epoch, long nowNs)
    {
        ModelSession session = Model.Hello(HistoryStream.Name, producer, epoch, ModelAckLevel.Durable);
        _sessions[producer] = session;
        return Task.FromResult((session.Epoch, session.LastSequence));
    }

    /// <inheritdoc/>
    public Task LeaveAsync(string producer)
    {
        _sessions[producer].Closed = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<HistoryReply> OfferAsync(string producer, ModelFrame frame, long nowNs)
    {
        NewestArrivalNs = Math.Max(NewestArrivalNs, nowNs);
        ModelReply reply = Model.Offer(_sessions[producer], frame, NewestArrivalNs);
        if (reply.Verdict is ModelVerdict.Accepted or ModelVerdict.RefusedForGood)
        {
            _lastArrivals[producer] = NewestArrivalNs;
        }

        Model.Flush();
        return Task.FromResult(new HistoryReply(reply.Verdict, reply.Reason, reply.Outcome));
    }

    /// <summary>All live sources but the one heard of last are set aside: one alone is never idle.</summary>
    public Task IdleAsync(long nowNs)
    {
        string[] live = [.. Model.State.Streams[HistoryStream.Name].Time.Sources
            .Where(source => source.Value.Live)
            .Select(source => source.Key)
            .OrderByDescending(producer => _lastArrivals[producer])
            .ThenBy(producer => producer, StringComparer.Ordinal)];
        if (live.Length > 1)
        {
            Model.SetAside(HistoryStream.Name, live[1..]);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task AdvanceAsync(long timeNs, long nowNs)
    {
        NewestArrivalNs = Math.Max(NewestArrivalNs, nowNs);
        Model.Advance(HistoryStream.Name, timeNs);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task SnapshotAsync(long nowNs)
    {
        Model.Snapshot();
        Model.Flush();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task RestartAsync(HistoryStep.Restart restart, long nowNs)
    {
        Model.Flush();
        Model.Crash(survivesThrough: long.MaxValue, fromSnapshot: true);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task AddViewAsync(HistoryView view, long nowNs)
    {
        Model.AddView(HistoryStream.Name, view.Model);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
