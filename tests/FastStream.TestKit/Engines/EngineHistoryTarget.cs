using FastStream.Engine;
using FastStream.Engine.Monitoring;
using FastStream.Engine.Sequencing;
using FastStream.Engine.Serving;
using FastStream.Protocol;
using FastStream.TestKit.Generate;
using FastStream.TestKit.Model;
using FastStream.TestKit.Wire;
using WindowRow = FastStream.TestKit.Oracle.WindowRow;

namespace FastStream.TestKit.Engines;

/// <summary>
/// Plays a history to the whole engine over simulated logs, frames as bytes of the wire. Producers differ in the order
/// of their columns, frames in encoding and compression, so that histories go through all of that too.
/// </summary>
internal sealed class EngineHistoryTarget : IHistoryTarget
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(20);

    private readonly ManualClock _clock = new() { NowNs = HistoryPlayer.StartNs };
    private readonly Dictionary<string, EngineSession> _sessions = [];
    private readonly KeyKind _keyKind;
    private readonly SimulatedEngine _storage;
    private IngestionEngine _engine;

    /// <summary>An engine with the stream and the initial views.</summary>
    public EngineHistoryTarget(RandomHistory history)
    {
        _keyKind = history.TextKeys ? KeyKind.Text : KeyKind.U64;
        _storage = new SimulatedEngine { Limits = new EngineLimits { MaxKeysPerStream = history.MaxKeyNames } };
        _engine = _storage.Open(history.PartitionCount, _clock);
        IngestionStream stream =
            _engine.Stream(HistoryStream.Name, (history.TextKeys ? "text " : "u64 ") + HistoryStream.Text);
        foreach (HistoryView view in HistoryView.Initial)
        {
            stream.View(view.Model.Name, view.Text);
        }
    }

    /// <summary>The engine that is open now.</summary>
    public IngestionEngine Engine => _engine;

    /// <summary>Every record's fate.</summary>
    public Task<Ledger> LedgerAsync() => _engine.LedgerAsync().WaitAsync(s_deadline);

    /// <summary>Rows of a view, closed and open.</summary>
    public async Task<IReadOnlyList<WindowRow>> RowsAsync(string view)
    {
        WindowAnswer answer = await _engine.QueryAsync(new WindowQuery
        {
            Stream = HistoryStream.Name,
            View = view,
            IncludeOpen = true,
            Limit = WindowQuery.MaxLimit,
        }).WaitAsync(s_deadline).ConfigureAwait(false);
        return [.. answer.Rows.Select(row =>
            new WindowRow(row.StartNs, row.KeyText ?? new ModelKey(row.Key, null).ToString(), [.. row.Values]))];
    }

    /// <inheritdoc/>
    public async Task<(long Epoch, long LastSequence)> HelloAsync(string producer, long epoch, long nowNs)
    {
        _clock.NowNs = nowNs;
        string[] columns = [.. ColumnsOf(producer).ToArray().Select(field => HistoryStream.Fields[field])];
        EngineSession session = await EngineSession.OpenAsync(
            _engine.Core, HistoryStream.Name, producer, _keyKind, epoch, columns)
            .WaitAsync(s_deadline).ConfigureAwait(false);
        _sessions[producer] = session;
        return (session.Epoch, session.LastSequence);
    }

    /// <inheritdoc/>
    public Task LeaveAsync(string producer) => _sessions[producer].LeaveAsync().WaitAsync(s_deadline);

    /// <inheritdoc/>
    public async Task<HistoryReply> OfferAsync(string producer, ModelFrame frame, long nowNs)
    {
        _clock.NowNs = nowNs;
        EncodingMode mode = frame.Sequence % 2 == 0 ? EncodingMode.Raw : EncodingMode.Auto;
        byte[] bytes = WireFrames.Encode(
            frame, _keyKind == KeyKind.Text, ColumnsOf(producer), mode, compress: frame.Sequence % 3 == 0);
        return ReplyOf(await _sessions[producer].OfferAsync(bytes).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public async Task IdleAsync(long nowNs)
    {
        _clock.NowNs = nowNs;
        CommandAnswer answer = await _engine.Core.RunAsync(new SetAsideCommand(HistoryStream.Name))
            .WaitAsync(s_deadline).ConfigureAwait(false);
        if (answer.IsRefused)
        {
            throw new InvalidOperationException(answer.Text);
        }
    }

    /// <inheritdoc/>
    public Task AdvanceAsync(long timeNs, long nowNs)
    {
        _clock.NowNs = nowNs;
        return _engine.AdvanceAsync(HistoryStream.Name, timeNs).WaitAsync(s_deadline);
    }

    /// <inheritdoc/>
    public Task SnapshotAsync(long nowNs)
    {
        _clock.NowNs = nowNs;
        return _engine.SnapshotAsync().WaitAsync(s_deadline);
    }

    /// <inheritdoc/>
    public async Task RestartAsync(HistoryStep.Restart restart, long nowNs)
    {
        _clock.NowNs = nowNs;
        _sessions.Clear();
        if (restart.How == EngineEnd.PowerCut)
        {
            _storage.CutPower();
        }

        // How the engine opened now will end is not known yet: this decides whether that will be with a snapshot.
        await _engine.DisposeAsync().AsTask().WaitAsync(s_deadline).ConfigureAwait(false);
        _engine = await Task.Run(() => _storage.Open(restart.PartitionCount, _clock, restart.How == EngineEnd.Close))
            .WaitAsync(s_deadline).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task AddViewAsync(HistoryView view, long nowNs)
    {
        _clock.NowNs = nowNs;
        return Task.Run(() => _engine.Stream(
            HistoryStream.Name, (_keyKind == KeyKind.Text ? "text " : "u64 ") + HistoryStream.Text)
            .View(view.Model.Name, view.Text)).WaitAsync(s_deadline);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() =>
        await _engine.DisposeAsync().AsTask().WaitAsync(s_deadline).ConfigureAwait(false);

    private static ReadOnlySpan<int> ColumnsOf(string producer) => producer[^1] % 2 == 0 ? [0, 1] : [1, 0];

    private static HistoryReply ReplyOf(EngineAnswer answer)
    {
        ModelOutcome outcome = new()
        {
            Accepted = answer.Accepted,
            Refused = answer.Refused,
            Future = answer.Future,
            KeyLimit = answer.KeyLimit,
            Late = answer.Late,
        };
        return answer.Code switch
        {
            ErrorCode.None when answer.IsDuplicate =>
                new(ModelVerdict.Duplicate, ModelRefusal.None, new ModelOutcome()),
            ErrorCode.None => new(ModelVerdict.Accepted, ModelRefusal.None, outcome),
            ErrorCode.OutOfSequence => new(ModelVerdict.Refused, ModelRefusal.OutOfSequence, outcome),
            ErrorCode.IdentityReused => new(ModelVerdict.Refused, ModelRefusal.IdentityReused, outcome),
            ErrorCode.Fenced => new(ModelVerdict.Refused, ModelRefusal.Fenced, outcome),
            ErrorCode.UnknownKeyId => new(ModelVerdict.RefusedForGood, ModelRefusal.UnknownKeyId, outcome),
            ErrorCode.Undecodable or ErrorCode.WrongKeyKind =>
                new(ModelVerdict.RefusedForGood, ModelRefusal.Undecodable, outcome),
            _ => throw new InvalidOperationException($"the engine answers {answer.Code}"),
        };
    }
}
