using FastStream.Engine;
using FastStream.Engine.Sequencing;
using FastStream.Engine.Serving;
using FastStream.Protocol;
using FastStream.TestKit.Engines;
using FastStream.TestKit.Journal;
using FastStream.TestKit.Model;
using FastStream.TestKit.Processes;
using FastStream.TestKit.Wire;

namespace FastStream.Tests.Formulas;

/// <summary>What the engine does by itself when a clock says that a source is idle.</summary>
public sealed class IdleSourceTests
{
    private const long Second = 1_000_000_000;
    private const long Start = 1_704_067_200 * Second;

    [Fact]
    public async Task AnIdleSourceLetsWindowsCloseAndTheirResultsBecomeDurableThoughNobodySendsAnything()
    {
        ManualClock clock = new() { NowNs = Start };
        await using IngestionEngine engine = new SimulatedEngine().Open(partitionCount: 2, clock);
        engine.Stream("s", "u64 (v) idle 10s").View("w", "tumbling 10s late 0s by key: count");
        await Send(engine, "quiet", Start);
        clock.NowNs = Start + (5 * Second);
        await Send(engine, "busy", Start, Start + (25 * Second));

        clock.NowNs = Start + (12 * Second);   // quiet for 12 s, busy for 7 s

        StreamState stream = engine.Core.State.FindStream("s")!;
        await Eventually.Until(() => stream.Time.LiveCount == 1);
        WindowQuery closed = new() { Stream = "s", View = "w" };
        await Eventually.Until(() => engine.QueryAsync(closed).GetAwaiter().GetResult().Rows.Count == 1);
        Assert.Equal(2, (await engine.QueryAsync(closed)).Rows[0].Count);
    }

    [Fact]
    public async Task MoreSourcesThanAnEntryHoldsAreSetAsideInSeveral()
    {
        const int sources = 4_100; // an entry of this journal holds 4,096
        ManualClock clock = new() { NowNs = Start };
        SimulatedLog journal = new(new SimulatedDisk(), "journal", pageBytes: 64 << 10);
        EngineLogs logs = new(
            journal, new SimulatedLog(new SimulatedDisk(), "results"), new SimulatedLog(new SimulatedDisk(), "state"));
        IngestionEngineOptions options = new() { DataDirectory = "simulated", Partitions = 1, Clock = clock };
        await using IngestionEngine engine = IngestionEngine.Open(options, logs);
        engine.Stream("s", "u64 (v) idle 10s");
        for (int i = 0; i < sources; i++)
        {
            await Send(engine, $"quiet-{i}", Start);
        }

        clock.NowNs = Start + (5 * Second);
        await Send(engine, "busy", Start);
        clock.NowNs = Start + (12 * Second);

        StreamState stream = engine.Core.State.FindStream("s")!;
        Assert.True(4 * sources > journal.MaxPayloadBytes);
        await Eventually.Until(() => stream.Time.LiveCount == 1, TimeSpan.FromMinutes(1));
    }

    private static async Task Send(IngestionEngine engine, string producer, params long[] times)
    {
        EngineSession session = await EngineSession.OpenAsync(engine.Core, "s", producer, KeyKind.U64, 0, ["v"]);
        ModelFrame frame = ModelFrame.Data(1, [.. times.Select(time => new ModelRecord(1, time, 1))]);
        EngineAnswer answer = await session.OfferAsync(WireFrames.Encode(frame, false, [0], EncodingMode.Raw));
        Assert.Equal(ErrorCode.None, answer.Code);
    }
}
