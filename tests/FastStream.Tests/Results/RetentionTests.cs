using FastStream.Engine.Results;

namespace FastStream.Tests.Results;

public sealed class RetentionTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void WithoutBoundsNothingIsCut()
    {
        RetentionMarks marks = Fill();
        Assert.Equal(-1, marks.TakeCut(RetentionPolicy.KeepAll, 100 << 20, 1_000 * Second, long.MaxValue));
    }

    [Fact]
    public void BySizeAtLeastTheBytesAskedForStay()
    {
        RetentionMarks marks = Fill();
        var policy = new RetentionPolicy { MaxBytes = 10 << 20 };
        long tail = (100L << 20) + 17;
        long cut = marks.TakeCut(policy, tail, 0, long.MaxValue);
        Assert.Equal(90L << 20, cut);
        Assert.Equal(-1, marks.TakeCut(policy, tail, 0, long.MaxValue)); // said once
        Assert.Equal(91L << 20, marks.TakeCut(policy, tail + (1 << 20), 0, long.MaxValue));
    }

    [Fact]
    public void ByAgeOnlyWhatIsOlderGoes()
    {
        RetentionMarks marks = Fill(); // MiB i was written at second i
        var policy = new RetentionPolicy { MaxAge = TimeSpan.FromSeconds(30) };
        Assert.Equal(-1, marks.TakeCut(policy, 100 << 20, 30 * Second, long.MaxValue));
        Assert.Equal(0L, marks.TakeCut(policy, 100 << 20, 31 * Second, long.MaxValue));
        Assert.Equal(69L << 20, marks.TakeCut(policy, 100 << 20, 100 * Second, long.MaxValue));
    }

    [Fact]
    public void NothingAboveTheFloorIsCut()
    {
        RetentionMarks marks = Fill();
        var policy = new RetentionPolicy { MaxBytes = 1 << 20 };
        Assert.Equal(5L << 20, marks.TakeCut(policy, 100 << 20, 0, (5L << 20) + 3));
    }

    [Fact]
    public void QuietLogsGetABoundedNumberOfMarks()
    {
        var marks = new RetentionMarks();
        for (int i = 0; i < 2 * RetentionMarks.TimedMarkLimit; i++)
        {
            marks.Note(i * 200L, i * 2 * Second);
        }

        Assert.InRange(marks.Count, RetentionMarks.TimedMarkLimit, RetentionMarks.TimedMarkLimit + 50);
    }

    [Fact]
    public void FaultsOfAPolicyAreNamedWithTheirValues()
    {
        var policy = new RetentionPolicy { MaxBytes = 5, MaxAge = TimeSpan.Zero };
        Assert.Equal(2, policy.Validate("Results.Retention").Count);
        Assert.All(policy.Validate("X"), fault => Assert.StartsWith("X.Max", fault, StringComparison.Ordinal));
        Assert.Empty(RetentionPolicy.KeepAll.Validate("X"));
    }

    [Fact]
    public void HousekeepingCutsLogAndIndexTogether()
    {
        var options = new ResultsOptions { Retention = new RetentionPolicy { MaxAge = TimeSpan.FromSeconds(10) } };
        using ResultsHarness harness = new(options: options);
        for (int i = 1; i <= 20; i++)
        {
            harness.NowNs = i * 2 * Second;
            harness.Feed([new(i * 100, 1, i * 10, [1, 2])], emittedBelow: (i * 100) + 1);
        }

        harness.Stage.DoHousekeeping(40 * Second);
        long first = Assert.Single(harness.ReadLog(), e => e.Cause == harness.ReadLog()[0].Cause).Cause;
        Assert.Equal(1_400, first); // written at 28 s; what is younger than 10 s stays, cut at a mark below
        Assert.Equal(harness.ReadLog().Count, harness.Stage.Index.EntryCount);
        Assert.True(harness.Stage.Index.IsCut);
    }

    private static RetentionMarks Fill()
    {
        var marks = new RetentionMarks();
        for (long address = 0; address < 100L << 20; address += 1 << 18)
        {
            marks.Note(address, (address >> 20) * Second);
        }

        marks.Note(100L << 20, 100 * Second);
        return marks;
    }
}
