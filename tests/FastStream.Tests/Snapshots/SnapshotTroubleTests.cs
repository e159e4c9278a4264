using FastStream.Engine;
using FastStream.Engine.Monitoring;
using FastStream.Engine.Partitions;
using FastStream.Engine.Snapshots;
using FastStream.TestKit.Engines;
using FastStream.TestKit.Journal;
using FastStream.TestKit.Processes;

namespace FastStream.Tests.Snapshots;

/// <summary>
/// Goal: a state log that takes nothing more costs snapshots, never the engine: frames go on, and once there is room a
/// snapshot is as good as any. Method: a simulated state log whose disk becomes full at a chosen append.
/// </summary>
public sealed class SnapshotTroubleTests
{
    private const long Second = 1_000_000_000;
    private const int KeyCount = 5_000;
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(20);

    private readonly SimulatedEngine _storage = new();
    private readonly ManualClock _clock = new() { NowNs = Second };

    [Theory]
    [InlineData(1)] // the sequencer's first chunk
    [InlineData(2)] // its second: names of thousands of keys
    [InlineData(4)]
    [InlineData(6)] // some partition's
    [InlineData(9)]
    public async Task AFullDiskCostsTheSnapshotAndTheNextOneIsWhole(int appends)
    {
        string digest;
        await using (IngestionEngine engine = _storage.Open(2, _clock, snapshotAtClose: false))
        {
            using RecordAppender appender = CreateAppender(engine);
            await AppendAsync(appender, Second);
            SimulatedLog stateLog = StateLogOf(engine);
            stateLog.Faults.AppendsUntilDiskIsFull = appends;
            Task snapshot = engine.SnapshotAsync();
            await Eventually.Until(() => stateLog.Faults.DiskIsFull);

            await AppendAsync(appender, 2 * Second);
            Ledger ledger = await engine.LedgerAsync().WaitAsync(s_deadline);
            Assert.Equal(2 * KeyCount, ledger.Streams[0].Prepared);
            await Eventually.Until(() => engine.Core.Partitions.All(p => p.State.Saving is null));
            Assert.DoesNotContain(
                engine.Core.Partitions, p => p.State.Streams.Exists(stream => stream.IsSnapshotUnderWay));

            stateLog.Faults.DiskIsFull = false;
            await AppendAsync(appender, 3 * Second);
            await engine.SnapshotAsync().WaitAsync(s_deadline);
            _ = await Task.WhenAny(snapshot).WaitAsync(s_deadline); // however it ended
            await AppendAsync(appender, 4 * Second);
            digest = await engine.DigestAsync().WaitAsync(s_deadline);
        }

        await using IngestionEngine again = _storage.Open(3, _clock, snapshotAtClose: false);
        Assert.Equal(1, again.Core.ReplayedFrames);
        Assert.Equal(digest, await again.DigestAsync().WaitAsync(s_deadline));
    }

    [Fact]
    public async Task AStateLogThatDoesNotKeepUpHoldsUpTheSnapshotAndNothingElse()
    {
        await using IngestionEngine engine = _storage.Open(2, _clock, snapshotAtClose: false);
        using RecordAppender appender = CreateAppender(engine);
        await AppendAsync(appender, Second);
        StateLogOf(engine).Faults.IsFull = true;
        Task snapshot = engine.SnapshotAsync();
        await AppendAsync(appender, 2 * Second);
        _ = await engine.LedgerAsync().WaitAsync(s_deadline);
        Assert.False(snapshot.IsCompleted);

        StateLogOf(engine).Faults.IsFull = false;
        await snapshot.WaitAsync(s_deadline);
    }

    [Fact]
    public void APartitionThatCannotSaveSaysThatItMayRest()
    {
        using SimulatedLog log = new(new SimulatedDisk(), "state");
        SnapshotPace pace = new(new SnapshotOptions(), TimeProvider.System, partitionCount: 1);
        SnapshotRun run = new(id: 1, address: 64, endAddress: 128, new byte[10], log, partitionCount: 1, pace);
        using PartitionState partition = new(0, 1, new PartitionLimits());
        partition.Add(1, CreateShare(partition));
        run.Run(partition);
        PartitionSave save = partition.Saving!;
        Assert.False(save.SaveNext()); // the sequencer's part comes first
        run.SaveCore();
        log.Faults.IsFull = true;
        Assert.False(save.SaveNext());
        Assert.False(run.HasFailed);
        Assert.NotNull(partition.Saving);

        log.Faults.IsFull = false;
        Assert.True(save.SaveNext());
        Assert.False(save.SaveNext());
        Assert.True(run.IsDone);
        Assert.Equal((2, false), (run.ChunkCount, run.HasFailed));
        Assert.Null(partition.Saving);
    }

    private static StreamPartition CreateShare(PartitionState partition) => new(
        1,
        FastStream.Engine.Definitions.StreamDefinition.Parse("s", "u64 (v)"),
        partition.Slots,
        partition.Limits,
        partition.Memory);

    private static SimulatedLog StateLogOf(IngestionEngine engine) => (SimulatedLog)engine.Core.Logs.State;

    private static RecordAppender CreateAppender(IngestionEngine engine) => engine
        .Stream("s", "text (v)")
        .View("w", "tumbling 1h late 0s by key: count, sum(v), variance(v)")
        .CreateAppender("p");

    private static async Task AppendAsync(RecordAppender appender, long time)
    {
        uint[] keys = new uint[KeyCount];
        long[] times = new long[KeyCount];
        double[] values = new double[KeyCount];
        for (int i = 0; i < KeyCount; i++)
        {
            keys[i] = appender.KeyId($"a name of some length, number {i}");
            times[i] = time;
            values[i] = i;
        }

        await appender.WhenDurable(appender.Append(keys, times, values)).WaitAsync(s_deadline);
    }
}
