using FastStream.Engine.Results;
using FastStream.TestKit.Journal;

namespace FastStream.Tests.Results;

/// <summary>
/// Goal: a replay proves the results log, byte by byte. Method: a history is written, the log reopened (whole, cut by a
/// power failure or by retention) and the history, or another one, fed again with another partition count.
/// </summary>
public sealed class ReplayComparisonTests
{
    private const int Seed = 77;

    private static readonly List<TestClose> s_closes = ResultsHarness.RandomCloses(Seed, causes: 20, maxKeys: 700);

    [Fact]
    public void AReplayThatGivesTheSameAppendsNothing()
    {
        (SimulatedDisk disk, List<LoggedEntry> written) = Write(s_closes);
        long tail = disk.TailAddress;
        using ResultsHarness again = new(partitionCount: 3, disk: disk);
        long reopenedTail = again.Log.TailAddress;
        again.Feed(s_closes);
        Assert.True(again.Stage.TryCompleteReplay(ResultsHarness.JournalEnd));
        Assert.Null(again.Stage.Fault);
        Assert.Equal(written.Count, again.Stage.ComparedCount);
        Assert.Equal(written.Count, again.Stage.Index.EntryCount);
        Assert.Equal(reopenedTail, again.Log.TailAddress);
        Assert.True(tail <= reopenedTail);
    }

    [Fact]
    public void ATailThatAPowerCutTookIsAppendedAgain()
    {
        using ResultsHarness first = new();
        int half = s_closes.FindIndex(c => c.Cause > 1_000);
        first.Feed(s_closes[..half], emittedBelow: s_closes[half].Cause);
        first.Log.HoldsCommits = true;
        first.Feed(s_closes[half..]);
        List<LoggedEntry> before = ResultsHarness.Read(first.Disk);
        first.Disk.CutPower(luckyEntries: 2);
        Assert.True(ResultsHarness.Read(first.Disk).Count < before.Count);

        using ResultsHarness again = new(partitionCount: 2, disk: first.Disk);
        again.Feed(s_closes);
        Assert.True(again.Stage.TryCompleteReplay(ResultsHarness.JournalEnd));
        Assert.Null(again.Stage.Fault);
        Assert.Equal(before.Select(e => e.Text), again.ReadLog().Select(e => e.Text));
        Assert.Equal(before.Count, again.Stage.Index.EntryCount);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(-1)]
    public void AnotherResultIsAFaultThatNamesTheAddress(int which)
    {
        (SimulatedDisk disk, _) = Write(s_closes);
        List<TestClose> other = [.. s_closes];
        int index = which < 0 ? other.Count - 1 : which;
        other[index] = other[index] with { Shift = 0.5 };
        using ResultsHarness again = new(disk: disk);
        again.Feed(other, allowsFault: true);
        ResultsFault fault = Assert.IsType<ResultsFault>(again.Stage.Fault);
        Assert.True(fault.IsDamage);
        Assert.Contains(disk.Entries, e => e.Address == fault.Address && (long)e.Header.Epoch == other[index].Cause);
        Assert.Contains($"at address {fault.Address} ", fault.Message, StringComparison.Ordinal);
        Assert.True(again.Stage.TryCompleteReplay(ResultsHarness.JournalEnd)); // there is nothing to wait for
    }

    [Fact]
    public void ALogThatHoldsMoreThanTheReplayGivesIsAFault()
    {
        (SimulatedDisk disk, _) = Write(s_closes);
        using ResultsHarness again = new(disk: disk);
        again.Feed(s_closes[..^1]);
        Assert.True(again.Stage.TryCompleteReplay(ResultsHarness.JournalEnd));
        Assert.True(Assert.IsType<ResultsFault>(again.Stage.Fault).IsDamage);
    }

    [Fact]
    public void AResultThatIsMissingInTheMiddleIsAFault()
    {
        (SimulatedDisk disk, _) = Write(s_closes);
        using ResultsHarness again = new(disk: disk);
        again.Feed([.. s_closes[..4], .. s_closes[5..]], allowsFault: true);
        Assert.True(Assert.IsType<ResultsFault>(again.Stage.Fault).IsDamage);
    }

    [Fact]
    public void AReplayFromASnapshotIsComparedFromThereOn()
    {
        (SimulatedDisk disk, List<LoggedEntry> written) = Write(s_closes);
        long address = s_closes[s_closes.Count / 2].Cause;
        using ResultsHarness again = new(disk: disk, replayFrom: address);
        again.Feed([.. s_closes.Where(c => c.Cause >= address)]);
        Assert.True(again.Stage.TryCompleteReplay(ResultsHarness.JournalEnd));
        Assert.Null(again.Stage.Fault);
        Assert.Equal(written.Count(e => e.Cause >= address), again.Stage.ComparedCount);
        Assert.Equal(written.Count, again.Stage.Index.EntryCount);
    }

    [Fact]
    public void WhatRetentionRemovedIsPassedOver()
    {
        (SimulatedDisk disk, List<LoggedEntry> written) = Write(s_closes);
        disk.Remove(disk.Entries.Where(e => e.Header.StreamId != 0).ElementAt(5).Address);
        using ResultsHarness again = new(disk: disk);
        again.Feed(s_closes);
        Assert.True(again.Stage.TryCompleteReplay(ResultsHarness.JournalEnd));
        Assert.Null(again.Stage.Fault);
        Assert.Equal(written.Count - 5, again.Stage.ComparedCount);
        Assert.True(again.Stage.Index.IsCut);
    }

    private static (SimulatedDisk Disk, List<LoggedEntry> Entries) Write(IReadOnlyList<TestClose> closes)
    {
        using ResultsHarness harness = new(partitionCount: 2, seed: Seed);
        harness.Feed(closes);
        return (harness.Disk, harness.ReadLog());
    }
}
