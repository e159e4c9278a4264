using FastStream.TestKit.Model;

namespace FastStream.Tests.Model;

/// <summary>Crash, snapshot and replay in the reference model.</summary>
public sealed class ModelRecoveryTests
{
    private readonly ModelHistory _history = new(latenessSeconds: 5);

    [Fact]
    public void WhatWasDurableSurvivesAndWhatWasNotMayBeLost()
    {
        _history.Send("p", 3);
        _history.Engine.Flush();
        _history.Send("p", 4);

        _history.Engine.Crash(survivesThrough: 0, fromSnapshot: false);

        Assert.Equal(1, _history.Fates.Applied);
        Assert.Equal(ModelVerdict.Accepted, _history.Send("p", 4).Verdict);
        Assert.Equal(2, _history.Fates.Applied);
    }

    [Fact]
    public void AnEntryThatSurvivedUnackedIsADuplicateWhenSentAgain()
    {
        ModelFrame frame = ModelFrame.Data(1, ModelHistory.At(3));
        _history.Offer("p", frame);

        _history.Engine.Crash(survivesThrough: long.MaxValue, fromSnapshot: false);
        ModelReply again = _history.Offer("p", frame);

        Assert.Equal(ModelVerdict.Duplicate, again.Verdict);
        Assert.True(Assert.Single(_history.Engine.Acks.Sent).Duplicate);
        Assert.Equal(1, _history.Fates.Applied);
    }

    [Fact]
    public void ReplayFromASnapshotGivesTheStateOfReplayFromZero()
    {
        _history.Send("a", 3, 12);
        _history.Send("b", 4);
        _history.Engine.Snapshot();
        _history.Send("a", 50, 5);
        _history.Engine.SetAside("s", "b");
        _history.Engine.Snapshot();
        _history.Send("b", 6, 51);
        ReferenceEngine engine = _history.Engine;
        string before = ModelDump.Of(engine.State);

        for (long address = 0; address <= engine.TailAddress; address++)
        {
            Assert.Equal(ModelDump.Of(engine.StateAt(address)), ModelDump.Of(engine.StateFromSnapshotAt(address)));
        }

        engine.Flush();
        engine.Crash(long.MaxValue, fromSnapshot: true);
        Assert.Equal(before, ModelDump.Of(engine.State));
    }

    [Fact]
    public void AWindowReadsTheSameOpenOrClosedInTheDump()
    {
        _history.Send("p", 3);
        string open = ModelDump.Of(_history.Engine.State);
        _history.Engine.Advance("s", 100 * ModelHistory.Second);

        Assert.Single(_history.Closed);
        Assert.Equal(open, ModelDump.Of(_history.Engine.State));
    }
}
