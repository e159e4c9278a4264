using CsCheck;

namespace FastStream.TestKit.Generate;

/// <summary>
/// A random history: everything that producers, operators and clocks may do to one stream, in one order. Each draw
/// leaves some kinds of step out altogether, since a fault that is always on hides what happens without it.
/// </summary>
internal sealed record RandomHistory(bool TextKeys, int PartitionCount, int MaxKeyNames, HistoryStep[] Steps)
{
    /// <summary>Producers 0 .. this - 1.</summary>
    public const int ProducerCount = 4;

    /// <summary>Keys 0 .. this - 1.</summary>
    public const int KeyCount = 12;

    /// <summary>How long nothing happens in an <see cref="HistoryStep.Idle"/> step, in seconds.</summary>
    public const int IdleSeconds = 7_200;

    private static readonly Gen<int> s_producer = Gen.Int[0, ProducerCount - 1];

    private static readonly Gen<int> s_partitionCount =
        Gen.OneOf(Gen.Const(1), Gen.Const(2), Gen.Const(3), Gen.Const(8));

    // Mostly close behind now; some far back, some before the last pause, some around the future bound of 300 s.
    private static readonly Gen<int> s_seconds = Gen.Frequency(
        (12, Gen.Int[-40, 5]),
        (2, Gen.Int[-150, -40]),
        (1, Gen.Int[-IdleSeconds - 60, -IdleSeconds]),
        (1, Gen.Int[299, 302]),
        (1, Gen.Int[5, 40]));

    private static readonly Gen<double> s_value = Gen.Frequency(
        (20, Gen.Int[-1_000, 1_000].Select(value => (double)value)),
        (3, Gen.Const(double.NaN)),
        (1, Gen.Const(-0.0)),
        (1, Gen.Bool.Select(negative => negative ? double.NegativeInfinity : double.PositiveInfinity)));

    private static readonly Gen<RecordDraft> s_record =
        Gen.Select(Gen.Int[0, KeyCount - 1], s_seconds, s_value, s_value, (key, seconds, first, second) =>
            new RecordDraft(key, seconds, first, second));

    private static readonly Gen<RecordDraft[]> s_records =
        Gen.Frequency((9, s_record.Array[1, 8]), (1, s_record.Array[50, 120]));

    /// <summary>Draws histories.</summary>
    public static Gen<RandomHistory> Generator { get; } =
        from faults in Gen.Int[0, 63]
        from textKeys in Gen.Bool
        from partitionCount in s_partitionCount
        from maxKeyNames in Gen.Int[KeyCount / 2, 2 * KeyCount]
        from steps in DrawStep(faults).Array[1, 60]
        select new RandomHistory(textKeys, partitionCount, maxKeyNames, steps);

    /// <summary>What CsCheck prints when a history fails.</summary>
    public string Print() =>
        $"text keys {TextKeys}, {PartitionCount} partitions, {MaxKeyNames} names\n"
        + string.Join('\n', Steps.AsEnumerable());

    // Each bit of the mask switches one family of disturbances on.
    private static Gen<HistoryStep> DrawStep(int faults)
    {
        bool Has(int bit) => (faults & (1 << bit)) != 0;
        int If(int bit, int weight) => Has(bit) ? weight : 0;
        Gen<SequenceChoice> choice = Gen.Frequency(
            (10, Gen.Const(SequenceChoice.Next)),
            (If(0, 1), Gen.Const(SequenceChoice.Gap)),
            (If(0, 2), Gen.Const(SequenceChoice.Duplicate)),
            (If(0, 1), Gen.Const(SequenceChoice.Reused)));
        return Gen.Frequency(
            (30, Gen.Select(s_producer, choice, s_records, (producer, chosen, records) =>
                (HistoryStep)new HistoryStep.Data(producer, chosen, records))),
            (If(1, 2), Gen.Select(s_producer, s_records, (producer, records) =>
                (HistoryStep)new HistoryStep.Unreadable(producer, records))),
            (2, Gen.Select(s_producer, s_seconds, (producer, seconds) =>
                (HistoryStep)new HistoryStep.Promise(producer, seconds))),
            (If(2, 2), s_producer.Select(producer => (HistoryStep)new HistoryStep.End(producer))),
            (If(3, 1), s_producer.Select(producer => (HistoryStep)new HistoryStep.Reconnect(producer))),
            (If(3, 1), s_producer.Select(producer => (HistoryStep)new HistoryStep.NewEpoch(producer))),
            (If(4, 2), Gen.Const((HistoryStep)new HistoryStep.Idle())),
            (If(4, 1), Gen.Bool.Select(forward => (HistoryStep)new HistoryStep.ClockJump(forward ? 1 : -1))),
            (If(4, 1), Gen.Int[-60, 20].Select(seconds => (HistoryStep)new HistoryStep.Advance(seconds))),
            (If(5, 2), Gen.Const((HistoryStep)new HistoryStep.Snapshot())),
            (If(5, 2), Gen.Select(s_partitionCount, Gen.Enum<EngineEnd>(), (count, end) =>
                (HistoryStep)new HistoryStep.Restart(count, end))),
            (1, Gen.Const((HistoryStep)new HistoryStep.AddView())));
    }
}
