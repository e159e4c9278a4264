using FastStream.Engine.Definitions;
using FastStream.Engine.Partitions;
using FastStream.Protocol;
using FastStream.TestKit.Generate;
using FastStream.TestKit.Model;
using FastStream.TestKit.Oracle;
using FastStream.Tests.Partitions;

namespace FastStream.Tests.Formulas;

/// <summary>
/// Plays a history to P partitions, with identity and source time taken from a reference model of its own: what is
/// tested is P(D) and nothing before it. A restart saves the state and loads it into another number of partitions.
/// </summary>
internal sealed class PartitionHistoryTarget : IHistoryTarget
{
    private const long AddressStep = 64;

    private readonly ModelHistoryTarget _model;
    private readonly StreamDefinition _stream;
    private readonly List<(HistoryView View, uint Id, long FromTimeNs)> _views = [];
    private readonly Dictionary<(uint View, long Start, ulong Key), ResultRow> _closed = [];
    private PartitionHarness _partitions;

    public PartitionHistoryTarget(RandomHistory history)
    {
        _model = new ModelHistoryTarget(history);
        _stream = StreamDefinition.Parse(
            HistoryStream.Name, (history.TextKeys ? "text " : "u64 ") + HistoryStream.Text);
        _partitions = new PartitionHarness(_stream, history.PartitionCount);
        foreach (HistoryView view in HistoryView.Initial)
        {
            Add(view, long.MinValue);
        }
    }

    public StreamCounters Counters => _partitions.Counters();

    private ModelStream ModelStream => _model.Model.State.Streams[HistoryStream.Name];

    public ViewCounters CountersOf(string view) => _partitions.CountersOf(view);

    /// <summary>Rows of a view, closed and open, as the partitions have them.</summary>
    public IEnumerable<WindowRow> Rows(string view)
    {
        (HistoryView definition, uint id, _) = _views.Single(one => one.View.Model.Name == view);
        bool byKey = definition.Model.ByKey;
        return _closed.Values.Concat(_partitions.Open())
            .Where(row => row.View == id)
            .Select(row => new WindowRow(row.Start, byKey ? KeyText(row.Key) : ModelKey.All.ToString(), row.Values));
    }

    public Task<(long Epoch, long LastSequence)> HelloAsync(string producer, long epoch, long nowNs) =>
        _model.HelloAsync(producer, epoch, nowNs);

    public Task LeaveAsync(string producer) => _model.LeaveAsync(producer);

    public async Task<HistoryReply> OfferAsync(string producer, ModelFrame frame, long nowNs)
    {
        ModelSource before = ModelStream.Time.Of(producer).Clone();
        long watermarkBefore = ModelStream.Time.WatermarkNs;
        HistoryReply reply = await _model.OfferAsync(producer, frame, nowNs);
        if (reply.Verdict == ModelVerdict.RefusedForGood)
        {
            Array.ForEach(_partitions.Partitions, partition => partition.CountTombstone(frame.Records.Count));
        }
        else if (reply.Verdict == ModelVerdict.Accepted && frame.Kind == ModelFrameKind.Data)
        {
            reply = reply with { Outcome = Apply(producer, frame, before, watermarkBefore) };
        }

        Advance();
        return reply;
    }

    public async Task IdleAsync(long nowNs)
    {
        await _model.IdleAsync(nowNs);
        Advance();
    }

    public async Task AdvanceAsync(long timeNs, long nowNs)
    {
        await _model.AdvanceAsync(timeNs, nowNs);
        Advance();
    }

    public Task SnapshotAsync(long nowNs) => Task.CompletedTask;

    public Task RestartAsync(HistoryStep.Restart restart, long nowNs)
    {
        PartitionHarness saved = _partitions;
        saved.BeginSnapshot();
        List<byte[]> chunks = saved.FinishSnapshot(budgetBytes: 300);
        _partitions = new PartitionHarness(_stream, restart.PartitionCount);
        foreach ((HistoryView view, uint id, long fromTimeNs) in _views)
        {
            _partitions.AddView(view.Model.Name, view.Text, (int)id, fromTimeNs);
        }

        _partitions.Load(chunks);
        saved.Dispose();
        return _model.RestartAsync(restart, nowNs);
    }

    public async Task AddViewAsync(HistoryView view, long nowNs)
    {
        long highestNs = ModelStream.Time.HighestNs;
        await _model.AddViewAsync(view, nowNs);
        Add(view, highestNs == long.MinValue ? highestNs : view.Model.WindowStart(highestNs) + view.Model.SizeNs);
    }

    public ValueTask DisposeAsync()
    {
        _partitions.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Add(HistoryView view, long fromTimeNs)
    {
        uint id = (uint)_views.Count + 1;
        _views.Add((view, id, fromTimeNs));
        _partitions.AddView(view.Model.Name, view.Text, (int)id, fromTimeNs);
    }

    private unsafe ModelOutcome Apply(string producer, ModelFrame frame, ModelSource before, long watermarkBefore)
    {
        TestFrame laid = new(
            [.. frame.Records.Select(record => KeyOf(producer, record))],
            [.. frame.Records.Select(record => record.TimeNs)],
            [.. HistoryStream.Fields.Select((_, field) =>
                frame.Records.Select(record => record.Value(field)).ToArray())]);
        FrameColumns columns = _partitions.Lay(laid);
        long limitNs = _model.NewestArrivalNs + _stream.FutureBoundNs;
        long[] prefix = new long[frame.Records.Count];
        long runningNs = before.ProgressNs;
        for (int i = 0; i < prefix.Length; i++)
        {
            prefix[i] = runningNs;
            long timeNs = frame.Records[i].TimeNs;
            runningNs = timeNs <= limitNs ? Math.Max(runningNs, timeNs) : runningNs;
        }

        FrameOutcome outcome = default;
        fixed (long* progress = prefix)
        {
            FrameContext context = new()
            {
                Address = _model.Model.TailAddress * AddressStep,
                ArrivalNs = _model.NewestArrivalNs,
                FutureLimitNs = limitNs,
                ProgressBefore = before.ProgressNs,
                PrefixProgress = progress,
                WatermarkBefore = watermarkBefore,
                SourceWasSetAside = before.WasSetAside,
            };
            for (int p = 0; p < _partitions.Partitions.Length; p++)
            {
                FrameOutcome share = default;
                _partitions.Partitions[p].Apply(context, columns, _partitions.RowsOf(laid, p), ref share);
                outcome.Merge(share);
            }
        }

        return new ModelOutcome
        {
            Accepted = outcome.Accepted,
            Refused = outcome.Refused,
            Future = outcome.Future,
            KeyLimit = outcome.KeyLimit,
            Late = outcome.Late,
        };
    }

    private ulong KeyOf(string producer, ModelRecord record) => _stream.KeyKind == KeyKind.Text
        ? ModelStream.Producers[producer].Resolve(record.Key)?.Number ?? SlotHash.NoKey
        : record.Key;

    // Names get their numbers in the order in which the journal brings them: so does the model.
    private string KeyText(ulong number) => _stream.KeyKind == KeyKind.Text
        ? ModelStream.NameOf(number)
        : new ModelKey(number, null).ToString();

    private void Advance()
    {
        foreach (StreamPartition partition in _partitions.Partitions)
        {
            partition.Advance(_model.Model.TailAddress * AddressStep, ModelStream.Time.WatermarkNs);
        }

        foreach (ResultRow row in _partitions.Drain())
        {
            _closed[(row.View, row.Start, row.Key)] = row;
        }
    }
}
