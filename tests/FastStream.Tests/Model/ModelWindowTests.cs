using FastStream.TestKit.Model;

namespace FastStream.Tests.Model;

/// <summary>Window and pane in the reference model, and the ledger of a view.</summary>
public sealed class ModelWindowTests
{
    [Fact]
    public void AWindowClosesWhenItsEndPlusLatenessIsReached()
    {
        ModelHistory history = new(latenessSeconds: 5);
        history.Send("p", 3, 14);
        Assert.Empty(history.Closed);

        history.Send("p", 15);

        Assert.Equal([0], history.Closed);
    }

    [Fact]
    public void AFrameIsJudgedByTheWindowsThatWereOpenBeforeIt()
    {
        ModelHistory history = new();
        history.Send("other", 1);

        history.Send("p", 30, 31);    // watermark stays at 1
        history.Send("other", 5, 29); // 5 is in time; only then the watermark moves on

        Assert.Equal((5, 0), (history.Fates.Applied, history.Fates.Late));
        Assert.Equal([0], history.Closed);
    }

    [Fact]
    public void WindowsBeforeTheYear1970StartAtTheFloor() =>
        Assert.Equal(-10 * ModelHistory.Second, ModelHistory.View("w", 0).WindowStart(-1));

    [Fact]
    public void WindowsOfOneEntryCloseByViewThenStart()
    {
        ModelHistory history = new(latenessSeconds: 20);
        history.Engine.AddView("s", ModelHistory.View("x", 20));
        history.Send("p", 12, 3);
        history.Send("p", 100);

        Assert.Equal(["w", "w", "x", "x"], history.Engine.State.ClosedRows.Select(row => row.View.Name));
        Assert.Equal([0, 10, 0, 10], history.Closed);
    }

    [Fact]
    public void FilteredRecordsAreCountedApartAndLateOnesAreNot()
    {
        ReferenceEngine engine = new();
        engine.Define(new ModelStreamDefinition("s", "v"));
        engine.AddView("s", ModelHistory.View("w", 0) with { Filter = record => record.Value(0) > 0 });
        ModelSession session = engine.Hello("s", "p");

        engine.Offer(session, ModelFrame.Data(1, new(1, 50_000_000_000, 1), new(1, 0, -1), new(1, 0, 1)), 0);

        ModelViewCounters fates = engine.State.Streams["s"].Views[0].Counters;
        Assert.Equal((1, 1, 1), (fates.Applied, fates.Filtered, fates.Late));
        Assert.True(fates.Balanced);
    }

    [Fact]
    public void AViewOverAllKeysHasOneRow()
    {
        ReferenceEngine engine = new();
        engine.Define(new ModelStreamDefinition("s", "v"));
        engine.AddView("s", ModelHistory.View("w", 0) with { ByKey = false });
        engine.Offer(engine.Hello("s", "p"), ModelFrame.Data(1, new(1, 0, 1), new(2, 0, 1)), 0);

        Assert.Equal(2, Assert.Single(engine.State.OpenRows).Cell.RecordCount);
    }

    [Fact]
    public void AViewAddedLaterBeginsWithAWindowThatNothingCanHaveEntered()
    {
        ModelHistory history = new(latenessSeconds: 100);
        history.Send("p", 25);
        history.Engine.AddView("s", ModelHistory.View("x", 100));

        history.Send("p", 26, 31);

        ModelView added = history.Engine.State.Streams["s"].Views[1];
        Assert.Equal((1, 1), (added.Counters.Filtered, added.Counters.Applied));
        Assert.Equal(30, Assert.Single(added.OpenRows).StartNs / ModelHistory.Second);
    }

    [Fact]
    public void ADroppedViewTakesItsRowsAlong()
    {
        ModelHistory history = new();
        history.Send("p", 3, 14);
        history.Engine.DropView("s", "w");

        Assert.Empty(history.Engine.State.AllRows);
    }

    [Fact]
    public void TimesOutsideTheRangeAreRefusedByName()
    {
        ModelHistory history = new();
        history.SendRecords("p", new ModelRecord(7, long.MinValue, 1));

        Assert.Equal((1, 0), (history.Records.TimeRange, history.Records.Prepared));
        Assert.True(history.Records.Balanced);
    }
}
