using FastStream.TestKit.Model;

namespace FastStream.Tests.Model;

/// <summary>Frame identity in the reference model, by histories small enough to work out by hand.</summary>
public sealed class ModelIdentityTests
{
    private readonly ModelHistory _history = new();

    [Fact]
    public void ExactlyTheNextSequenceIsAccepted()
    {
        Assert.Equal(ModelVerdict.Accepted, Offer(1, 5).Verdict);
        Assert.Equal(ModelVerdict.Accepted, Offer(2, 5).Verdict);
        Assert.Equal(2, _history.Fates.Applied);
    }

    [Fact]
    public void AGapIsRefusedWithTheExpectedNumberAndMovesNothing()
    {
        Offer(1, 5);

        ModelReply reply = Offer(3, 5);

        Assert.Equal((ModelVerdict.Refused, ModelRefusal.OutOfSequence), (reply.Verdict, reply.Reason));
        Assert.Equal(2, reply.ExpectedSequence);
        Assert.Equal(ModelVerdict.Accepted, Offer(2, 5).Verdict);
        Assert.Equal(ModelVerdict.Accepted, Offer(3, 5).Verdict);
    }

    [Fact]
    public void ADuplicateIsAckedAgainAndNotApplied()
    {
        long address = Offer(1, 5).Address;
        _history.Engine.Flush();

        ModelReply again = Offer(1, 5);

        Assert.Equal((ModelVerdict.Duplicate, address), (again.Verdict, again.Address));
        Assert.Equal(1, _history.Fates.Applied);
        Assert.Equal([false, true], _history.Engine.Acks.Sent.Select(ack => ack.Duplicate));
    }

    [Fact]
    public void TheSameNumberWithOtherContentIsRefused()
    {
        Offer(1, 5);

        Assert.Equal(ModelRefusal.IdentityReused, Offer(1, 6).Reason);
        Assert.Equal(1, _history.Fates.Applied);
    }

    [Fact]
    public void AHigherEpochFencesTheLowerOneAndStartsAtOne()
    {
        ModelSession old = _history.Engine.Hello("s", "p", epoch: 4);
        _history.Engine.Offer(old, ModelFrame.Data(1, ModelHistory.At(5)), 0);

        ModelSession young = _history.Engine.Hello("s", "p", epoch: 6);

        Assert.Equal(0, young.LastSequence);
        Assert.Equal(ModelRefusal.Fenced, _history.Engine.Offer(old, ModelFrame.Data(2, ModelHistory.At(5)), 0).Reason);
        Assert.Equal(
            ModelVerdict.Accepted, _history.Engine.Offer(young, ModelFrame.Data(1, ModelHistory.At(5)), 0).Verdict);
        Assert.Null(_history.Engine.Hello("s", "p", 5, ModelAckLevel.Durable, out ModelRefusal refusal));
        Assert.Equal(ModelRefusal.Fenced, refusal);
    }

    [Fact]
    public void EpochZeroIsGivenTheNextOne()
    {
        Assert.Equal(1, _history.Engine.Hello("s", "p").Epoch);
        Assert.Equal(2, _history.Engine.Hello("s", "p").Epoch);
    }

    [Fact]
    public void ASecondSessionOfTheSameEpochIsBusy()
    {
        ModelSession first = _history.Engine.Hello("s", "p", epoch: 1);

        Assert.Null(_history.Engine.Hello("s", "p", 1, ModelAckLevel.Durable, out ModelRefusal refusal));
        Assert.Equal(ModelRefusal.ProducerBusy, refusal);
        first.Closed = true;
        Assert.NotNull(_history.Engine.Hello("s", "p", 1, ModelAckLevel.Durable, out _));
    }

    [Fact]
    public void AFullDiskRefusesWithoutMovingTheSequence()
    {
        _history.Session("p");
        _history.Engine.DiskFull = true;
        Assert.Equal((ModelRefusal.DiskFull, 1), (Offer(1, 5).Reason, Offer(1, 5).ExpectedSequence));

        _history.Engine.DiskFull = false;
        Assert.Equal(ModelVerdict.Accepted, Offer(1, 5).Verdict);
    }

    [Fact]
    public void AFrameRefusedForGoodSpendsItsNumberAndCountsItsRecords()
    {
        ModelReply reply = _history.Offer("p", ModelFrame.Data(1, ModelHistory.At(5, 6)) with { Undecodable = true });

        Assert.Equal((ModelVerdict.RefusedForGood, 2), (reply.Verdict, reply.ExpectedSequence));
        Assert.Equal((2, 2, 0), (_history.Records.Journaled, _history.Records.Tombstone, _history.Records.Prepared));
        Assert.Equal(ModelVerdict.Accepted, Offer(2, 5).Verdict);
    }

    [Fact]
    public void DictionaryIdsBelongToOneProducerAndEpoch()
    {
        ReferenceEngine engine = new();
        engine.Define(new ModelStreamDefinition("t", "v") { TextKeys = true });
        engine.AddView("t", ModelHistory.View("w", 0));
        ModelSession first = engine.Hello("t", "p");
        ModelSession second = engine.Hello("t", "q");
        engine.Offer(first, ModelFrame.Dictionary(1, 0, "a", "b"), 0);
        engine.Offer(second, ModelFrame.Dictionary(1, 0, "b"), 0);

        engine.Offer(first, ModelFrame.Data(2, new ModelRecord(1, 0, 1)), 0);
        engine.Offer(second, ModelFrame.Data(2, new ModelRecord(0, 0, 1)), 0);
        ModelReply unknown = engine.Offer(second, ModelFrame.Data(3, new ModelRecord(1, 0, 1)), 0);

        ModelWindowRow row = Assert.Single(engine.State.OpenRows);
        Assert.Equal(("b", 2), (row.Key.Name, row.Cell.RecordCount));
        Assert.Equal((ModelVerdict.RefusedForGood, ModelRefusal.UnknownKeyId), (unknown.Verdict, unknown.Reason));
        ModelSession next = engine.Hello("t", "q");
        Assert.Equal(
            ModelRefusal.UnknownKeyId, engine.Offer(next, ModelFrame.Data(1, new ModelRecord(0, 0, 1)), 0).Reason);
    }

    private ModelReply Offer(long sequence, params long[] seconds) =>
        _history.Offer("p", ModelFrame.Data(sequence, ModelHistory.At(seconds)));
}
