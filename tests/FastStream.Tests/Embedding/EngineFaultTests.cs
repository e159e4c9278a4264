using FastStream.Engine;
using FastStream.Protocol;
using FastStream.TestKit.Journal;
using Microsoft.Extensions.Logging;

namespace FastStream.Tests.Embedding;

/// <summary>
/// What happens when a disk fails or is full, or the engine ends, while somebody is at work: everybody is told, nobody
/// waits for ever, the engine can always be closed, and the next start holds what was acked.
/// </summary>
public sealed class EngineFaultTests : IDisposable
{
    private const long Second = 1_000_000_000;
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(20);

    private readonly SimulatedDisk _journalDisk = new();
    private readonly SimulatedDisk _resultsDisk = new();
    private readonly SimulatedDisk _stateDisk = new();
    private SimulatedLog _journal = null!;
    private SimulatedLog _results = null!;
    private SimulatedLog _state = null!;

    public void Dispose()
    {
        _journal.Dispose();
        _results.Dispose();
        _state.Dispose();
    }

    [Fact]
    public async Task AFailedResultsLogStopsTheEngineAndTellsEverybody()
    {
        IngestionEngine engine = Open();
        RecordAppender appender = Stream(engine).CreateAppender("p");
        _results.Faults.FailAtAppend = 1;
        await Assert.ThrowsAsync<IngestionException>(() => InTime(() => Feed(appender, 0, 20_000, 1)));
        await Assert.ThrowsAnyAsync<Exception>(() => engine.Faulted.WaitAsync(s_deadline));
        await Assert.ThrowsAsync<IngestionException>(() => engine.LedgerAsync().WaitAsync(s_deadline));
        await Assert.ThrowsAsync<IngestionException>(() => engine.AdvanceAsync("s").WaitAsync(s_deadline));
        await engine.DisposeAsync().AsTask().WaitAsync(s_deadline);
    }

    [Theory]
    [InlineData("journal")]
    [InlineData("results")]
    [InlineData("state")]
    public async Task ALogThatFailsWhileItIsClosedIsToldOf(string name)
    {
        using LineFactory lines = new();
        IngestionEngine engine = Open(lines: lines);
        new[] { _journal, _results, _state }.Single(log => log.Name == name).Faults.FailsAtClose = true;
        await engine.DisposeAsync().AsTask().WaitAsync(s_deadline);
        Assert.Contains(lines.Lines, line => line.Level == LogLevel.Error && line.Text.Contains("simulated write error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AReplayThatMeetsAFaultEndsTheOpening()
    {
        IngestionEngine engine = Open();
        RecordAppender appender = Stream(engine).CreateAppender("p");
        Feed(appender, 0, 3_000, 1);
        await appender.WhenDurable(appender.Position).WaitAsync(s_deadline);
        await engine.DisposeAsync().AsTask().WaitAsync(s_deadline);
        SimulatedDisk empty = new();
        await Assert.ThrowsAsync<InvalidDataException>(() => InTime(() => Open(resultsDisk: empty, failResults: true)));
    }

    [Fact]
    public async Task AFullDiskUnderTheResultsRefusesFramesAndAnswersQuestions()
    {
        IngestionEngine engine = Open();
        RecordAppender appender = Stream(engine).CreateAppender("p");
        _results.Faults.DiskIsFull = true;
        IngestionException refusal =
            await Assert.ThrowsAsync<IngestionException>(() => InTime(() => Feed(appender, 0, 5_000, 4_000)));
        Assert.Equal(ErrorCode.DiskFull, refusal.Code);
        Assert.Null((await engine.LedgerAsync().WaitAsync(s_deadline)).FindImbalance());

        // Space returns: a new appender goes on from what was taken.
        _results.Faults.DiskIsFull = false;
        await AppendUntilTakenAsync(engine);
        await engine.DisposeAsync().AsTask().WaitAsync(s_deadline);
    }

    [Fact]
    public async Task AnEngineWithAFullDiskUnderItsResultsCanBeClosed()
    {
        IngestionEngine engine = Open(snapshotAtClose: true);
        RecordAppender appender = Stream(engine).CreateAppender("p");
        _results.Faults.DiskIsFull = true;
        await Assert.ThrowsAsync<IngestionException>(() => InTime(() => Feed(appender, 0, 5_000, 4_000)));
        await engine.DisposeAsync().AsTask().WaitAsync(s_deadline);
    }

    [Fact]
    public async Task AFailedFlushFailsWhoeverWaitsForIt()
    {
        IngestionEngine engine = Open();
        RecordAppender appender = Stream(engine).CreateAppender("p");
        _journal.Faults.FailAtFlush = _journal.FlushCount + 1;
        ulong position = appender.Append(1, Second, 1);
        await Assert.ThrowsAsync<IngestionException>(() => appender.WhenDurable(position).WaitAsync(s_deadline));
        Assert.NotNull(await engine.LedgerAsync().WaitAsync(s_deadline));
        await engine.DisposeAsync().AsTask().WaitAsync(s_deadline);
    }

    [Fact]
    public async Task AnAppenderIsToldThatItsEngineHasBeenClosed()
    {
        IngestionEngine engine = Open();
        RecordAppender appender = Stream(engine).CreateAppender("p");
        await engine.DisposeAsync().AsTask().WaitAsync(s_deadline);
        Assert.Throws<IngestionException>(() => appender.Append(1, Second, 1));
        await Assert.ThrowsAsync<IngestionException>(() => appender.WhenDurable(1).WaitAsync(s_deadline));
        await Assert.ThrowsAsync<IngestionException>(() => engine.LedgerAsync().WaitAsync(s_deadline));
    }

    [Fact]
    public async Task AnEngineCanBeClosedWhileAppendersGoOn()
    {
        IngestionEngine engine = Open();
        RecordAppender appender = Stream(engine).CreateAppender("p");
        Task appending = Task.Run(() => Feed(appender, 0, int.MaxValue, 1));
        await appender.WhenApplied(100).WaitAsync(s_deadline);
        await engine.DisposeAsync().AsTask().WaitAsync(s_deadline);
        IngestionException end = await Assert.ThrowsAsync<IngestionException>(() => appending.WaitAsync(s_deadline));
        Assert.Equal(ErrorCode.ShuttingDown, end.Code);
        using IngestionEngine again = Open();
        Assert.True((ulong)again.RecoveredFrames >= appender.DurablePosition);
    }

    [Fact]
    public async Task ASmallRingIsEnough()
    {
        IngestionEngine engine = Open(ringSlots: 64);
        RecordAppender appender = Stream(engine).CreateAppender("p");
        for (int round = 0; round < 6; round++)
        {
            Feed(appender, 10 * round, 1, 40_000);
            Feed(appender, (10 * round) + 5, 1_000, 1, step: 0);
        }

        await appender.WhenDurable(appender.Position).WaitAsync(TimeSpan.FromSeconds(60));
        await engine.DisposeAsync().AsTask().WaitAsync(s_deadline);
    }

    [Fact]
    public async Task KeysOfATextAppenderGoOnInItsEpoch()
    {
        using IngestionEngine engine = Open();
        IngestionStream stream = engine.Stream("t", "text (x)");
        using (RecordAppender first = stream.CreateAppender("p", epoch: 1))
        {
            uint one = first.KeyId("one");
            await first.WhenDurable(first.Append([one], [Second], [1])).WaitAsync(s_deadline);
        }

        using RecordAppender second = await TakeAgainAsync(engine, "t", epoch: 1);
        uint two = second.KeyId("two");
        await second.WhenDurable(second.Append([two], [Second], [1])).WaitAsync(s_deadline);
        Assert.Throws<ArgumentException>(() => second.KeyId(new string('x', 300)));
    }

    private static async Task AppendUntilTakenAsync(IngestionEngine engine)
    {
        DateTime deadline = DateTime.UtcNow + s_deadline;
        while (true)
        {
            using RecordAppender appender = await TakeAgainAsync(engine);
            try
            {
                await appender.WhenDurable(appender.Append(1, 9_000 * Second, 1)).WaitAsync(s_deadline);
                return;
            }
            catch (IngestionException full) when (full.Code == ErrorCode.DiskFull && DateTime.UtcNow < deadline)
            {
                await Task.Yield(); // delivery has not tried again yet
            }
        }
    }

    private static async Task<RecordAppender> TakeAgainAsync(IngestionEngine engine, string stream = "s", ulong epoch = 0)
    {
        IngestionStream again = new(engine, stream);
        DateTime deadline = DateTime.UtcNow + s_deadline;
        while (true)
        {
            try
            {
                return again.CreateAppender("p", epoch);
            }
            catch (IngestionException busy) when (busy.Code == ErrorCode.ProducerBusy && DateTime.UtcNow < deadline)
            {
                await Task.Yield(); // its first session is being closed on the sequencer's thread
            }
        }
    }

    private static Task InTime(Action action) => Task.Run(action).WaitAsync(s_deadline);

    private static IngestionStream Stream(IngestionEngine engine) =>
        engine.Stream("s", "u64 (x)").View("v", "tumbling 1s late 0s by key: count");

    private static void Feed(RecordAppender appender, int from, int frames, int keyCount, int step = 1)
    {
        ulong[] keys = [.. Enumerable.Range(0, keyCount).Select(i => (ulong)i * 7_919)];
        long[] times = new long[keyCount];
        double[] values = new double[keyCount];
        for (int frame = 0; frame < frames; frame++)
        {
            Array.Fill(times, (from + ((long)frame * step)) * Second);
            appender.Append(keys, times, values);
        }
    }

    private IngestionEngine Open(
        int ringSlots = 1_024, bool snapshotAtClose = false, SimulatedDisk? resultsDisk = null, bool failResults = false,
        LineFactory? lines = null)
    {
        _journal = new SimulatedLog(_journalDisk, "journal");
        _results = new SimulatedLog(resultsDisk ?? _resultsDisk, "results");
        _state = new SimulatedLog(_stateDisk, "state");
        if (failResults)
        {
            _results.Faults.FailAtAppend = 1;
        }

        return IngestionEngine.Open(
            new IngestionEngineOptions
            {
                DataDirectory = "simulated",
                Partitions = 1,
                FrameRingSlots = ringSlots,
                Snapshots = new SnapshotOptions { AtClose = snapshotAtClose },
                LoggerFactory = lines,
            },
            new EngineLogs(_journal, _results, _state));
    }
}
