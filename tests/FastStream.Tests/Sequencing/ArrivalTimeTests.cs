using FastStream.Engine;
using FastStream.Engine.Journal;
using FastStream.Protocol;
using FastStream.TestKit.Engines;
using FastStream.TestKit.Model;
using FastStream.TestKit.Wire;

namespace FastStream.Tests.Sequencing;

/// <summary>Arrival times never go back, whatever the wall clock does and whatever kind of entry came before.</summary>
public sealed class ArrivalTimeTests
{
    private const long Second = 1_000_000_000;
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task AClockThatIsSetBackAfterAnUnreadableFrameMakesNothingOlder()
    {
        ManualClock clock = new() { NowNs = 1_000 * Second };
        await using IngestionEngine engine = new SimulatedEngine().Open(1, clock, snapshotAtClose: false);
        engine.Stream("s", "u64 (v)");
        EngineSession session = await EngineSession.OpenAsync(engine.Core, "s", "p", KeyKind.U64, epoch: 1, ["v"]).WaitAsync(s_deadline);
        clock.NowNs = 2_000 * Second;
        ModelFrame unreadable = ModelFrame.Data(1, new ModelRecord(1, Second, 1)) with { Undecodable = true };
        await session.OfferAsync(WireFrames.Encode(unreadable, textKeys: false, [0], EncodingMode.Raw));
        clock.NowNs = 500 * Second;
        await session.OfferAsync(WireFrames.Encode(ModelFrame.Time(2, Second), textKeys: false, [0], EncodingMode.Raw));

        long last = 0;
        IEntryLog journal = engine.Core.Logs.Journal;
        using IEntryScanner scanner = journal.Scan(journal.BeginAddress, journal.DurableAddress);
        while (scanner.MoveNext(out _, out EntryHeader header, out _))
        {
            if (header.Kind is EntryKind.Frame or EntryKind.Tombstone)
            {
                Assert.True(header.ArrivalNs >= last, $"{header.Kind} arrived at {header.ArrivalNs}, after {last}");
                last = header.ArrivalNs;
            }
        }

        Assert.Equal(2_000 * Second, last);
    }
}
