using FastStream.Engine.Journal;

namespace FastStream.Tests.Journal;

public sealed class CommitSlotsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LogGeometry _geometry;
    private readonly CommitRecord _first;
    private readonly CommitSlots _slots;
    private string _failure = "";

    public CommitSlotsTests()
    {
        LogImage.Write(_folder["log"], ["any"], commitEvery: 1);
        _geometry = LogManifest.Read("journal", _folder["log"])!;
        _first = LogRecovery.ReadCommit(_geometry, out int slot);
        _slots = new CommitSlots(
            EntryLogs.OpenCommits(_geometry, direct: false), _first, slot, (operation, _, error) => _failure = $"{operation} {error}");
    }

    private CommitRecord OnDisk => CommitSlots.FindNewest(File.ReadAllBytes(_geometry.CommitsPath), out _);

    public void Dispose()
    {
        _slots.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void ACommitThatGivesUpNothingWaitsAndTheNewestOneIsWritten()
    {
        long before = Environment.TickCount64;
        Commit(1, _first.BeginAddress);
        long due = _slots.DueAtMs;
        Commit(2, _first.BeginAddress);
        Assert.Equal(due, _slots.DueAtMs); // the first one's: a busy log's slot is not put off for ever
        Assert.InRange(due, before + CommitSlots.DelayMs, Environment.TickCount64 + CommitSlots.DelayMs);
        Assert.Equal(_first.Number, OnDisk.Number);
        _slots.WriteWaiting();
        Assert.Equal((_first.Number + 2, long.MaxValue), (OnDisk.Number, _slots.DueAtMs));
    }

    [Fact]
    public void ACommitThatGivesUpTheLogsBeginningIsOnDiskBeforeFilesAreDeleted()
    {
        Commit(1, _first.BeginAddress);
        Commit(2, _first.BeginAddress + 4096);
        Assert.Equal((_first.Number + 2, _first.BeginAddress + 4096), (OnDisk.Number, OnDisk.BeginAddress));
        Assert.Equal(long.MaxValue, _slots.DueAtMs);
    }

    [Fact]
    public void AfterAFailureNoCommitIsWrittenAndTheOlderOneStands()
    {
        Commit(1, _first.BeginAddress);
        _slots.FaultError = LibC.EIO;
        _slots.WriteWaiting();
        Assert.Equal(($"commit {LibC.EIO}", true), (_failure, _slots.HasFailed));
        _slots.FaultError = 0;
        Commit(2, _first.BeginAddress + 4096);
        _slots.WriteWaiting();
        Assert.Equal((_first.Number, long.MaxValue), (OnDisk.Number, _slots.DueAtMs));
    }

    private void Commit(int number, long begin) =>
        _slots.Commit(begin, _first.UntilAddress + (number * 4096), [], _first.Number + number, forceWriteMetadata: false);
}
