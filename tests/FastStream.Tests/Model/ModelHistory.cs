using FastStream.TestKit.Model;

namespace FastStream.Tests.Model;

/// <summary>
/// The smallest history to test with: stream <c>s</c> with the field <c>v</c>, one view <c>w</c> of 10 s windows, times
/// in whole seconds, everything arriving at second 1,000.
/// </summary>
internal sealed class ModelHistory
{
    public const long Second = 1_000_000_000;

    private readonly Dictionary<string, ModelSession> _sessions = [];

    public ModelHistory(long latenessSeconds = 0, params ModelAggregate[] aggregates)
    {
        Engine.Define(new ModelStreamDefinition("s", "v"));
        Engine.AddView("s", View("w", latenessSeconds, aggregates));
    }

    public ReferenceEngine Engine { get; } = new();

    public ModelViewCounters Fates => Engine.State.Streams["s"].Views[0].Counters;

    public ModelStreamCounters Records => Engine.State.Streams["s"].Counters;

    public long Watermark => Engine.State.Streams["s"].Time.WatermarkNs / Second;

    /// <summary>Window starts (in seconds) of the closed rows, in the order they were closed.</summary>
    public IEnumerable<long> Closed => Engine.State.ClosedRows.Select(row => row.StartNs / Second);

    public static ModelViewDefinition View(string name, long latenessSeconds, params ModelAggregate[] aggregates) =>
        new(name, 10 * Second, latenessSeconds * Second, [new(ModelAggregateKind.Count), .. aggregates]);

    /// <summary>One record a time, key 7, value 1.</summary>
    public static ModelRecord[] At(params long[] seconds) =>
        [.. seconds.Select(second => new ModelRecord(7, second * Second, 1))];

    public ModelSession Session(string producer)
    {
        if (!_sessions.TryGetValue(producer, out ModelSession? session) || session.Closed)
        {
            long epoch = Engine.State.Streams["s"].Producers.GetValueOrDefault(producer)?.Epoch ?? 0;
            session = Engine.Hello("s", producer, epoch);
            _sessions[producer] = session;
        }

        return session;
    }

    /// <summary>Sends the producer's next data frame with one record a time.</summary>
    public ModelReply Send(string producer, params long[] seconds) => SendRecords(producer, At(seconds));

    public ModelReply SendRecords(string producer, params ModelRecord[] records) =>
        Offer(producer, ModelFrame.Data(Next(producer), records));

    public ModelReply SendTime(string producer, long second) =>
        Offer(producer, ModelFrame.Time(Next(producer), second * Second));

    public ModelReply SendEnd(string producer) => Offer(producer, ModelFrame.End(Next(producer)));

    public ModelReply Offer(string producer, ModelFrame frame) =>
        Engine.Offer(Session(producer), frame, arrivalNs: 1_000 * Second);

    private long Next(string producer)
    {
        Session(producer);
        return Engine.State.Streams["s"].Producers[producer].LastSequence + 1;
    }
}
