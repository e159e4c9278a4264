using FastStream.Engine;
using FastStream.Protocol;
using FastStream.TestKit.Journal;
using FastStream.TestKit.Processes;

namespace FastStream.Tests.Ingress.Tcp;

/// <summary>What a producer hears when the journal cannot take or keep its frames.</summary>
public sealed class JournalTroubleTests : IDisposable
{
    private readonly SimulatedLog _journal = new(new SimulatedDisk(), "journal");

    public void Dispose() => _journal.Dispose();

    [Fact]
    public async Task AFullDiskRefusesForNowAndTheSameFrameIsTakenWhenThereIsSpace()
    {
        await using ListenerHarness server = new(logs: Logs());
        using (FrameClient client = await FrameClient.OpenAsync(server.Port))
        {
            _journal.Faults.DiskIsFull = true;
            await client.SendAsync(DataFrames.Data(1));
            var refusal = (await client.ReadAsync()).Error();
            Assert.Equal((ErrorCode.DiskFull, false), (refusal.Code, refusal.Closes));
            Assert.Equal((1UL, 1UL), (refusal.Sequence, refusal.Expected));
            Assert.True(refusal.Code.IsTransient());

            _journal.Faults.DiskIsFull = false;
            await client.SendAsync(DataFrames.Data(1));
            Assert.Equal(1, await client.ReadAcksAsync(1));
        }

        await server.AssertBalancedAsync();
    }

    [Fact]
    public async Task AFailedFlushAcksNothingAndEndsTheSessionWithItsReason()
    {
        await using ListenerHarness server = new(logs: Logs());
        using FrameClient client = await FrameClient.OpenAsync(server.Port);
        _journal.HoldsCommits = true;
        await client.SendAsync(DataFrames.Data(1)); // appended, not durable
        await Eventually.Until(() => _journal.CommitIsWaiting);
        _journal.Faults.FailAtFlush = _journal.FlushCount + 1;
        _journal.CompleteCommit();
        var refusal = (await client.ReadAsync()).Error();
        Assert.Equal(ErrorCode.Faulted, refusal.Code);
    }

    private EngineLogs Logs() => new(
        _journal, new SimulatedLog(new SimulatedDisk(), "results"), new SimulatedLog(new SimulatedDisk(), "state"));
}
