using System.Collections.Concurrent;
using FastStream.Engine;
using FastStream.Engine.Monitoring;
using FastStream.Engine.Serving;
using FastStream.TestKit.Engines;
using FastStream.TestKit.Generate;
using FastStream.TestKit.Model;
using FastStream.TestKit.Oracle;
using FastStream.TestKit.Processes;
using WindowRow = FastStream.TestKit.Oracle.WindowRow;

namespace FastStream.Tests.Formulas;

/// <summary>
/// The 200,000 flights of the demo through the whole engine, compared window by window with DuckDB: count, sum, min,
/// max, first and last equal, the rest within 1e-12, the sketch within its bound, late counts by definition; for three
/// lateness bounds at once, every partition count, frame size and number of producers, and after power cuts.
/// </summary>
public sealed class FlightsAgainstDuckDbTests
{
    private const long Minute = 60_000_000_000;
    private const long Hour = 60 * Minute;
    private const double SketchError = 1.0 / 256;

    private const string AggregateText =
        "count, count(delay), sum(delay), min(delay), max(delay), mean(delay), var_pop(delay), variance(delay), "
        + "stddev_pop(delay), stddev(delay), first(delay), last(delay), p50(delay), p95(delay)";

    private static readonly long[] s_latenessMinutes = [0, 30, 360];

    private static readonly ModelAggregate[] s_aggregates =
    [
        new(ModelAggregateKind.Count),
        .. Enum.GetValues<ModelAggregateKind>()
            .Where(kind => kind != ModelAggregateKind.Quantile)
            .Select(kind => new ModelAggregate(kind, 0)),
        new(ModelAggregateKind.Quantile, 0, 0.5),
        new(ModelAggregateKind.Quantile, 0, 0.95),
    ];

    // What the database says, by (producers, lateness): computed once.
    private static readonly ConcurrentDictionary<(int Producers, long Lateness), Lazy<Expected>> s_expected = new();

    public static TheoryData<int, int, int> Shapes()
    {
        TheoryData<int, int, int> shapes = [];
        foreach (int partitionCount in new[] { 1, 2, 3, 8 })
        {
            foreach (int recordsPerFrame in new[] { 1, 100, 10_000 })
            {
                shapes.Add(partitionCount, recordsPerFrame, 1);
                shapes.Add(partitionCount, recordsPerFrame, 5);
            }
        }

        return shapes;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task EveryWindowEqualsTheDatabases(int partitionCount, int recordsPerFrame, int producerCount)
    {
        ManualClock clock = new() { NowNs = HistoryPlayer.StartNs };
        await using IngestionEngine engine = new SimulatedEngine().Open(partitionCount, clock, snapshotAtClose: false);
        Define(engine);
        await Feed(producerCount, recordsPerFrame).SendAllAsync(engine);

        await Compare(engine, producerCount);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task EveryWindowEqualsTheDatabasesAfterPowerCutsAtRandomPoints(int producerCount)
    {
        const int Seed = 20_260_101;   // change it freely: any must pass
        Random random = new(Seed);
        ManualClock clock = new() { NowNs = HistoryPlayer.StartNs };
        EngineFeed feed = Feed(producerCount, 100);
        SimulatedEngine storage = new();
        IngestionEngine engine = storage.Open(3, clock);
        Define(engine);
        foreach (int partitionCount in new[] { 8, 1, 2, 3, 2 })
        {
            await feed.SendAsync(engine, random.Next(feed.FrameCount));
            if (random.Next(2) == 0)
            {
                await engine.SnapshotAsync();
            }

            storage.CutPower(luckyEntries: random.Next(4));
            await engine.DisposeAsync();
            engine = storage.Open(partitionCount, clock);
        }

        await feed.SendAllAsync(engine);
        await Compare(engine, producerCount);
        await engine.DisposeAsync();
    }

    [Fact]
    public async Task EveryWindowEqualsTheDatabasesOnRealFilesAfterARestart()
    {
        using TempFolder folder = new();
        EngineFeed feed = Feed(producerCount: 5, recordsPerFrame: 1_000);
        IngestionEngineOptions options = new()
        {
            DataDirectory = folder.PathOf("data"),
            Partitions = 2,
            AllowVolatile = true,
        };
        await using (IngestionEngine engine = IngestionEngine.Open(options))
        {
            Define(engine);
            await feed.SendAsync(engine, feed.FrameCount / 2);
        }

        await using (IngestionEngine engine = IngestionEngine.Open(options with { Partitions = 3 }))
        {
            await feed.SendAllAsync(engine);
            await Compare(engine, producerCount: 5);
        }
    }

    private static EngineFeed Feed(int producerCount, int recordsPerFrame) => new(
        "flights", [.. OracleFrames.Of(Flights.ByProducers(producerCount), recordsPerFrame)], ["delay"]);

    private static void Define(IngestionEngine engine)
    {
        // Quiet producers must not be set aside: five of them take turns, and a test machine may be slow.
        IngestionStream stream = engine.Stream("flights", "text (delay) idle 1d");
        foreach (long minutes in s_latenessMinutes)
        {
            stream.View($"late-{minutes}m", $"tumbling 1h late {minutes}m by key: {AggregateText}");
        }
    }

    private static async Task Compare(IngestionEngine engine, int producerCount)
    {
        Ledger ledger = await engine.LedgerAsync();
        Assert.True(ledger.Balanced, ledger.FindImbalance());
        foreach (long minutes in s_latenessMinutes)
        {
            Expected expected = ExpectedOf(producerCount, minutes * Minute);
            ViewLedger fates = ledger.Views.Single(view => view.View == $"late-{minutes}m");
            Assert.Equal((expected.LateCount, 0, 0), (fates.Late, fates.LateAfterIdle, fates.LateOnJoin));
            Assert.Equal(Flights.All.Count - expected.LateCount, fates.Applied);
            WindowAnswer answer = await engine.QueryAsync(new WindowQuery
            {
                Stream = "flights",
                View = $"late-{minutes}m",
                IncludeOpen = true,
                Limit = WindowQuery.MaxLimit,
            });
            Assert.Contains(answer.Rows, row => row.State == WindowState.Closed);
            Assert.Null(WindowRows.FindDifference(
                expected.Rows,
                answer.Rows.Select(row => new WindowRow(row.StartNs, row.KeyText!, [.. row.Values])),
                s_aggregates,
                SketchError));
        }
    }

    private static Expected ExpectedOf(int producerCount, long latenessNs) => s_expected.GetOrAdd(
        (producerCount, latenessNs),
        key => new Lazy<Expected>(() =>
        {
            using DuckDbOracle database = new();
            database.Add(Flights.ByProducers(key.Producers));
            return new Expected(
                database.CountLate(Hour, key.Lateness), database.Windows(Hour, key.Lateness, s_aggregates));
        })).Value;

    private sealed record Expected(long LateCount, IReadOnlyList<WindowRow> Rows);
}
