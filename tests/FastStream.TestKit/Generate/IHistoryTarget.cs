using FastStream.TestKit.Model;

namespace FastStream.TestKit.Generate;

/// <summary>What a history is played to: model or engine. Calls return when their effect is complete.</summary>
internal interface IHistoryTarget : IAsyncDisposable
{
    /// <summary>Opens a session; epoch 0 asks for the next. Answers epoch and last sequence.</summary>
    Task<(long Epoch, long LastSequence)> HelloAsync(string producer, long epoch, long nowNs);

    /// <summary>Ends a producer's session.</summary>
    Task LeaveAsync(string producer);

    /// <summary>Sends a frame in the producer's session and waits for its answer.</summary>
    Task<HistoryReply> OfferAsync(string producer, ModelFrame frame, long nowNs);

    /// <summary>Time has passed; returns when whoever is idle has been set aside.</summary>
    Task IdleAsync(long nowNs);

    /// <summary>Moves the watermark.</summary>
    Task AdvanceAsync(long timeNs, long nowNs);

    /// <summary>Takes a snapshot; returns when it counts.</summary>
    Task SnapshotAsync(long nowNs);

    /// <summary>Ends and opens again. Whatever was answered is still there.</summary>
    Task RestartAsync(HistoryStep.Restart restart, long nowNs);

    /// <summary>Adds a view.</summary>
    Task AddViewAsync(HistoryView view, long nowNs);
}
