using FastStream.Engine;
using FastStream.Engine.Memory;
using FastStream.Engine.Sequencing;
using FastStream.TestKit.Engines;
using FastStream.TestKit.Processes;

namespace FastStream.Tests.Sequencing;

/// <summary>
/// Goal: a replay holds no more memory than live frames may, and never waits in vain. Method: a pool of two blocks,
/// and an engine whose journal is many times its bound.
/// </summary>
public sealed class ReplayMemoryTests
{
    private const int BlockBytes = 64 * 1024;
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(20);

    private readonly BlockPool _pool = new(2 * BlockBytes);
    private volatile bool _isFaulted;

    [Fact]
    public async Task TheReplayWaitsForAnEarlierFrameWhenTheBoundIsReached()
    {
        long waits = 0;
        ReplayMemory memory = new(_pool, () => Interlocked.Increment(ref waits) < 0, new Parker()); // partner: the read below
        BlockLease first = memory.Rent(BlockBytes);
        using BlockLease second = memory.Rent(BlockBytes);
        Task<BlockLease> third = Task.Run(() => memory.Rent(BlockBytes));
        await Eventually.Until(() => Interlocked.Read(ref waits) > 3); // partner: the increment above
        Assert.False(third.IsCompleted);

        first.Dispose();
        using BlockLease lease = await third.WaitAsync(s_deadline);
        Assert.Equal(_pool.LimitBytes, _pool.LeasedBytes);
    }

    [Fact]
    public async Task AFaultEndsTheWait()
    {
        ReplayMemory memory = new(_pool, () => _isFaulted, new Parker());
        using BlockLease first = memory.Rent(2 * BlockBytes);
        Task<BlockLease> second = Task.Run(() => memory.Rent(BlockBytes));
        _isFaulted = true;
        (await second.WaitAsync(s_deadline)).Dispose();
    }

    [Fact]
    public void AFrameLargerThanTheBoundGoesThroughAlone()
    {
        using BlockLease other = _pool.Rent(BlockBytes, BlockPurpose.Frame);
        using BlockLease lease = new ReplayMemory(_pool, () => _isFaulted, new Parker()).Rent(8 * BlockBytes);
        Assert.Equal(8 * BlockBytes, lease.Span.Length);
    }

    [Fact]
    public async Task AJournalManyTimesTheBoundIsReplayed()
    {
        const int Frames = 200;
        const int Records = 2_000;
        EngineLimits limits = new()
        {
            MaxFrameBytes = BlockBytes,
            MaxInFlightBytesPerSession = 8 * BlockBytes,
            MaxInFlightBytes = 16 * BlockBytes,
        };
        SimulatedEngine storage = new() { Limits = limits };
        ManualClock clock = new() { NowNs = 1 };
        await using (IngestionEngine engine = storage.Open(2, clock, snapshotAtClose: false))
        {
            using RecordAppender appender = engine.Stream("s", "u64 (v)").CreateAppender("p");
            for (int frame = 0; frame < Frames; frame++)
            {
                ulong[] keys = [.. Enumerable.Range(0, Records).Select(i => (ulong)i)];
                appender.Append(keys, new long[Records], new double[Records]);
            }

            await appender.WhenDurable(appender.Position).WaitAsync(s_deadline);
        }

        Task<IngestionEngine> open = Task.Run(() => storage.Open(2, clock, snapshotAtClose: false));
        await using IngestionEngine again = await open.WaitAsync(s_deadline);
        Assert.Equal(Frames, again.Core.ReplayedFrames);
        Assert.Equal(Frames * Records, (await again.LedgerAsync().WaitAsync(s_deadline)).Streams[0].Prepared);
        await Eventually.Until(() => again.Core.Blocks.OutstandingOf(BlockPurpose.Replay) == 0);
    }
}
