using FastStream.TestKit.Model;

namespace FastStream.Tests.Model;

/// <summary>When acks and results leave the reference model.</summary>
public sealed class ModelAckAndGateTests
{
    private readonly ModelHistory _history = new();

    [Fact]
    public void EachLevelIsAckedWhenItsOwnConditionHolds()
    {
        ModelAckLevel[] levels =
            [ModelAckLevel.None, ModelAckLevel.Applied, ModelAckLevel.Written, ModelAckLevel.Durable];
        foreach (ModelAckLevel level in levels)
        {
            ModelSession session = _history.Engine.Hello("s", level.ToString(), 0, level);
            _history.Engine.Offer(session, ModelFrame.Data(1, ModelHistory.At(1)), 0);
        }

        Assert.Equal([ModelAckLevel.Applied], Sent());
        _history.Engine.Write(_history.Engine.TailAddress);
        Assert.Equal([ModelAckLevel.Applied, ModelAckLevel.Written], Sent());
        _history.Engine.Flush();
        Assert.Equal([ModelAckLevel.Applied, ModelAckLevel.Written, ModelAckLevel.Durable], Sent());
    }

    [Fact]
    public void AnAckCarriesTheFatesOfItsRecords()
    {
        _history.Send("p", 25, 2_000, 3);
        _history.Engine.Flush();

        ModelOutcome outcome = Assert.Single(_history.Engine.Acks.Sent).Outcome;
        Assert.Equal((2, 1, 1), (outcome.Accepted, outcome.Future, outcome.Late));
    }

    [Fact]
    public void AResultLeavesOnlyWhenTheEntryThatClosedItIsDurable()
    {
        _history.Send("p", 3);
        long cause = _history.Send("p", 30).Address;

        _history.Engine.Flush(cause - 1);
        Assert.Empty(_history.Engine.Gate.Left);

        _history.Engine.Flush(cause);
        Assert.Equal(0, Assert.Single(_history.Engine.Gate.Left).StartNs);
    }

    [Fact]
    public void WhatHasLeftDoesNotLeaveAgainAfterARecovery()
    {
        _history.Send("p", 3, 30);
        _history.Engine.Flush();

        _history.Engine.Crash(survivesThrough: 0, fromSnapshot: false);

        Assert.Single(_history.Engine.Gate.Left);
        Assert.Single(_history.Engine.State.ClosedRows);
    }

    private IEnumerable<ModelAckLevel> Sent() => _history.Engine.Acks.Sent.Select(ack => ack.Session.Level);
}
