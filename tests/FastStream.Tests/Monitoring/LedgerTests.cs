using FastStream.Engine.Monitoring;

namespace FastStream.Tests.Monitoring;

public sealed class LedgerTests
{
    private static readonly SessionLedger s_session = new()
    {
        Received = 10,
        Journaled = 6,
        Duplicate = 2,
        Refused = 1,
        Malformed = 1,
    };

    private static readonly StreamLedger s_stream = new()
    {
        Stream = "flights",
        Records = 1_021,
        Prepared = 1_000,
        Rules = [new("required delay", 3), new("range delay -100..5000", 4)],
        Future = 5,
        TimeRange = 2,
        KeyLimit = 1,
        Tombstone = 6,
    };

    private static readonly ViewLedger s_view = new()
    {
        Stream = "flights",
        View = "1h",
        Prepared = 1_000,
        Applied = 900,
        Filtered = 60,
        Late = 25,
        LateAfterIdle = 10,
        LateOnJoin = 4,
        OverLimit = 1,
        WindowContributions = 900,
    };

    [Fact]
    public void TheEquationsHoldWhenEveryFateIsCounted()
    {
        Ledger ledger = Build(s_session, s_stream, s_view);
        Assert.True(ledger.Balanced);
        Assert.Null(ledger.FindImbalance());
    }

    [Fact]
    public void AMissingFrameRecordOrContributionIsNamedWithItsNumbers()
    {
        Assert.Equal(
            "session: received 11 = journaled 6 + duplicate 2 + refused 1 + malformed 1",
            Build(s_session with { Received = 11 }, s_stream, s_view).FindImbalance());
        Assert.Equal(
            "stream \"flights\": records 1,021 = prepared 1,000 + refused by rules 7 + future 5 + time range 2"
            + " + key limit 1 + tombstone 5",
            Build(s_session, s_stream with { Tombstone = 5 }, s_view).FindImbalance());
        Assert.Equal(
            "view \"flights/1h\": prepared 1,000 = applied 901 + filtered 60 + late 25 + late after idle 10"
            + " + late on join 4 + over limit 1",
            Build(s_session, s_stream, s_view with { Applied = 901 }).FindImbalance());
    }

    private static Ledger Build(SessionLedger session, StreamLedger stream, ViewLedger view) =>
        new() { Session = session, Streams = [stream], Views = [view] };
}
