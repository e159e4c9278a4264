using FastStream.TestKit.Generate;
using FastStream.TestKit.Model;
using FastStream.TestKit.Oracle;

namespace FastStream.Tests.Model;

/// <summary>
/// Two oracles that know nothing of each other, a state machine and a database query, over the flights of the demo:
/// where they agree, either may judge the engine.
/// </summary>
public sealed class ModelAgainstDuckDbTests
{
    private const long Minute = 60_000_000_000;
    private const long Hour = 60 * Minute;

    private static readonly ModelAggregate[] s_aggregates =
    [
        .. Enum.GetValues<ModelAggregateKind>()
            .Where(kind => kind != ModelAggregateKind.Quantile)
            .Select(kind => new ModelAggregate(kind, 0)),
        new(ModelAggregateKind.Count),
        new(ModelAggregateKind.Quantile, 0, 0.95),
    ];

    [Theory]
    [InlineData(0, 1, 7)]
    [InlineData(30, 5, 1_000)]
    [InlineData(360, 1, 10_000)]
    public void TheFlightsGiveTheSameWindowsAndTheSameLateRecords(
        long latenessMinutes, int producerCount, int recordsPerFrame)
    {
        IReadOnlyList<OracleRecord> flights = Flights.ByProducers(producerCount);
        ReferenceEngine model = new();
        model.Define(new ModelStreamDefinition("flights", "delay") { TextKeys = true });
        model.AddView("flights", new ModelViewDefinition("v", Hour, latenessMinutes * Minute, s_aggregates));
        OracleRun.Feed(model, "flights", OracleFrames.Of(flights, recordsPerFrame));
        using DuckDbOracle database = new();
        database.Add(flights);

        ModelViewCounters fates = model.State.Streams["flights"].Views[0].Counters;
        Assert.Equal(database.CountLate(Hour, latenessMinutes * Minute), fates.Late);
        Assert.Equal((0, 0, 200_000 - fates.Late), (fates.LateAfterIdle, fates.LateOnJoin, fates.Applied));
        Assert.Null(WindowRows.FindDifference(
            database.Windows(Hour, latenessMinutes * Minute, s_aggregates),
            WindowRows.Of(model.State, "flights", "v"),
            s_aggregates));
    }

    [Fact]
    public void TheRecordsOfTheGeneratorAreWholeNumbersThatSumExactly()
    {
        RecordGenerator generator = new("p", 42) { RecordsPerFrame = 500, KeyCount = 20, JitterNs = 3_000_000_000 };
        OracleRecord[] records = [.. Enumerable.Range(1, 4)
            .SelectMany(sequence => generator.Frame(sequence).Records)
            .Select(record => new OracleRecord("p", $"{record.Key}", record.TimeNs, (long)record.Values[0]))];
        ReferenceEngine model = new();
        model.Define(new ModelStreamDefinition("s", "value"));
        model.AddView("s", new ModelViewDefinition("v", 1_000_000_000, 0, s_aggregates));
        ModelSession session = model.Hello("s", "p");
        for (long sequence = 1; sequence <= 4; sequence++)
        {
            model.Offer(session, generator.Frame(sequence), long.MaxValue);
        }

        using DuckDbOracle database = new();
        database.Add(records);
        Assert.Null(WindowRows.FindDifference(
            database.Windows(1_000_000_000, 0, s_aggregates), WindowRows.Of(model.State, "s", "v"), s_aggregates));
        Assert.True(model.State.Streams["s"].Views[0].Counters.Late > 0);
    }
}
