using FastStream.TestKit.Model;

namespace FastStream.Tests.Model;

/// <summary>Source time in the reference model: progress, watermark, who is late and why.</summary>
public sealed class ModelSourceTimeTests
{
    private readonly ModelHistory _history = new(latenessSeconds: 5);

    [Fact]
    public void ARecordIsLateByItsOwnSourcesProgressBeforeIt()
    {
        _history.Send("p", 3, 14, 4, 15, 5);

        // 4 comes at progress 14, before end + lateness = 15; 5 comes at progress 15.
        Assert.Equal((4, 1), (_history.Fates.Applied, _history.Fates.Late));
    }

    [Fact]
    public void LateRecordsAreTheSameHoweverTheFramesAreCut()
    {
        ModelHistory cut = new(latenessSeconds: 5);
        long[] seconds = [3, 14, 4, 15, 5, 40, 25, 24, 41];
        _history.Send("p", seconds);
        foreach (long second in seconds)
        {
            cut.Send("p", second);
        }

        Assert.Equal(_history.Fates, cut.Fates);
    }

    [Fact]
    public void AnotherSourcesProgressMakesNoRecordLate()
    {
        _history.Send("slow", 1);
        _history.Send("fast", 500);
        _history.Send("slow", 2);

        Assert.Equal((3, 0), (_history.Fates.Applied, _history.Fates.Late));
    }

    [Fact]
    public void TheWatermarkIsTheSmallestProgressOfTheLiveSources()
    {
        _history.Send("a", 30);
        Assert.Equal(30, _history.Watermark);
        _history.Send("b", 20);
        Assert.Equal(30, _history.Watermark);   // never back
        _history.Send("a", 60);
        Assert.Equal(30, _history.Watermark);   // b stands at 20
        _history.Send("b", 50);
        Assert.Equal(50, _history.Watermark);
    }

    [Fact]
    public void ARecordTooFarAheadOfItsArrivalMovesNothing()
    {
        _history.Send("p", 20, 1_301, 4);   // arrival 1000, bound 300

        Assert.Equal((1, 2), (_history.Records.Future, _history.Records.Prepared));
        Assert.Equal((1, 1, 20), (_history.Fates.Applied, _history.Fates.Late, _history.Watermark));
    }

    [Fact]
    public void ARecordAtTheFutureBoundIsTaken()
    {
        _history.Send("p", 1_300);

        Assert.Equal((0, 1_300), (_history.Records.Future, _history.Watermark));
    }

    [Fact]
    public void ARecordRefusedByARuleStillMovesProgress()
    {
        _history.Engine.Define(new ModelStreamDefinition("s", "v")
        {
            Rules = [new ModelRule("positive", record => record.Value(0) > 0)],
        });

        _history.SendRecords("p", new(7, 20 * ModelHistory.Second, -1), new(7, 4 * ModelHistory.Second, 1));

        Assert.Equal((1, 1), (_history.Records.ByRule["positive"], _history.Fates.Late));
    }

    [Fact]
    public void ATimeFrameRaisesProgress()
    {
        _history.SendTime("p", 15);
        _history.Send("p", 4);

        Assert.Equal((15, 1), (_history.Watermark, _history.Fates.Late));
    }

    [Fact]
    public void ProgressLivesOnOverEpochs()
    {
        _history.Send("p", 15);
        ModelSession next = _history.Engine.Hello("s", "p");
        _history.Engine.Offer(next, ModelFrame.Data(1, ModelHistory.At(4)), 0);

        Assert.Equal(1, _history.Fates.Late);
    }

    [Fact]
    public void AnEndedSourceLeavesTheWatermarkAndComesBackAsANewcomer()
    {
        _history.Send("b", 20);
        _history.Send("a", 100);
        _history.Send("b", 25);
        Assert.Equal(25, _history.Watermark);
        _history.SendEnd("b");
        Assert.Equal(100, _history.Watermark);

        _history.Send("b", 21, 200);

        Assert.Equal((0, 1), (_history.Fates.Late, _history.Fates.LateOnJoin));
        Assert.Equal(200, _history.Engine.State.Streams["s"].Time.Sources["b"].ProgressNs / ModelHistory.Second);
        Assert.Equal(100, _history.Watermark);
    }

    [Fact]
    public void WithNoLiveSourceTheWatermarkStays()
    {
        _history.Send("p", 42);
        _history.SendEnd("p");

        Assert.Equal(42, _history.Watermark);
    }

    [Fact]
    public void AnIdleSourceSetAsideNoLongerHoldsTheWatermark()
    {
        _history.Send("idle", 10);
        _history.Send("busy", 100);
        _history.Engine.SetAside("s", "idle");
        Assert.Equal(100, _history.Watermark);

        _history.Send("idle", 11, 101);

        Assert.Equal((1, 0), (_history.Fates.LateAfterIdle, _history.Fates.LateOnJoin));
        Assert.Equal(3, _history.Fates.Applied);
    }

    [Fact]
    public void AnAdvanceMovesTheWatermarkAndNoSource()
    {
        _history.Send("p", 3);
        _history.Engine.Advance("s", 100 * ModelHistory.Second);
        Assert.Equal([0], _history.Closed);

        _history.Send("p", 4, 100);

        Assert.Equal((0, 1, 2), (_history.Fates.Late, _history.Fates.LateOnJoin, _history.Fates.Applied));
    }

    [Fact]
    public void ATimeFrameBeyondTheFutureBoundIsRefusedForGood()
    {
        Assert.Equal(ModelVerdict.RefusedForGood, _history.SendTime("p", 1_301).Verdict);
        Assert.Equal(ModelVerdict.Accepted, _history.SendTime("p", 1_300).Verdict);
        Assert.Equal(1_300, _history.Watermark);
    }

    [Fact]
    public void ALiveSourceWithoutProgressHoldsTheWatermark()
    {
        _history.Send("a", 10);
        _history.Send("b", 5_000);   // future: b is live and has promised nothing
        _history.Send("a", 40);
        Assert.Equal(10, _history.Watermark);

        _history.Send("b", 30);

        Assert.Equal(30, _history.Watermark);
    }
}
