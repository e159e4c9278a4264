using FastStream.Engine.Journal;
using FastStream.TestKit.Journal;

namespace FastStream.Tests.Journal;

/// <summary>The simulated log keeps the contract, and its faults are what they claim to be.</summary>
public sealed class SimulatedLogTests : EntryLogContract
{
    private readonly SimulatedDisk _disk = new();

    [Fact]
    public void APowerCutKeepsWhatWasFlushedAndLosesTheRest()
    {
        SimulatedLog log = new(_disk) { HoldsCommits = true };
        Append(log, "flushed");
        log.CompleteCommit();
        Append(log, "lucky");
        Append(log, "lost");
        _disk.CutPower(luckyEntries: 1);
        Assert.Equal(["flushed", "lucky"], ReadAll(Open()).Select(entry => entry.Payload));
    }

    [Fact]
    public void AFailedFlushStopsTheLog()
    {
        SimulatedLog log = new(_disk);
        log.Faults.FailAtFlush = 1;
        Append(log, "lost");
        long durable = log.DurableAddress;
        log.RequestCommit();
        Assert.Equal("flush", log.Fault?.Operation);
        Assert.Equal(durable, log.DurableAddress);
        EntryHeader header = default;
        Assert.Equal(AppendResult.Faulted, log.TryAppend(ref header, [], out _));
    }

    [Fact]
    public void AFullDiskRefusesWithoutAFaultAndComesBack()
    {
        SimulatedLog log = new(_disk);
        EntryHeader header = default;
        log.Faults.DiskIsFull = true;
        Assert.Equal(AppendResult.DiskFull, log.TryAppend(ref header, [], out _));
        Assert.Null(log.Fault);
        log.Faults.DiskIsFull = false;
        Assert.Equal(AppendResult.Ok, log.TryAppend(ref header, [], out _));
    }

    private protected override IEntryLog Open() => new SimulatedLog(_disk);
}
