using FastStream.Engine;
using FastStream.TestKit.Engines;
using FastStream.TestKit.Generate;
using FastStream.TestKit.Oracle;
using FastStream.TestKit.Processes;

namespace FastStream.Tests.Formulas;

/// <summary>
/// The 200,000 flights of the demo through the whole engine, compared window by window with DuckDB: count, sum, min,
/// max, first and last equal, the rest within 1e-12, the sketch within its bound, late counts by definition; for three
/// lateness bounds at once, every partition count, frame size and number of producers, and after power cuts.
/// </summary>
public sealed class FlightsAgainstDuckDbTests
{
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
        FlightsExpectation.Define(engine);
        await Feed(producerCount, recordsPerFrame).SendAllAsync(engine);

        await FlightsExpectation.CompareAsync(engine, producerCount);
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
        FlightsExpectation.Define(engine);
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
        await FlightsExpectation.CompareAsync(engine, producerCount);
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
            FlightsExpectation.Define(engine);
            await feed.SendAsync(engine, feed.FrameCount / 2);
        }

        await using (IngestionEngine engine = IngestionEngine.Open(options with { Partitions = 3 }))
        {
            await feed.SendAllAsync(engine);
            await FlightsExpectation.CompareAsync(engine, producerCount: 5);
        }
    }

    private static EngineFeed Feed(int producerCount, int recordsPerFrame) => new(
        "flights", [.. OracleFrames.Of(Flights.ByProducers(producerCount), recordsPerFrame)], ["delay"]);
}
