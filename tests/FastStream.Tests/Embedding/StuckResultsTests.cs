using FastStream.Engine;
using FastStream.TestKit.Journal;
using FastStream.TestKit.Processes;

namespace FastStream.Tests.Embedding;

/// <summary>
/// Closed windows that find no way out, because their disk is full or the journal has failed, hold up nothing else:
/// neither the end of an engine nor the start of the next, and no snapshot counts that would hold them. Method: an
/// engine with room for one slice and one entry, so that a second window is stuck.
/// </summary>
public sealed class StuckResultsTests : IDisposable
{
    private const long Second = 1_000_000_000;
    private const int WindowCount = 12;
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(60);

    private readonly SimulatedDisk _journalDisk = new();
    private readonly SimulatedDisk _resultsDisk = new();
    private readonly SimulatedDisk _stateDisk = new();
    private SimulatedLog _journal = null!;
    private SimulatedLog _results = null!;

    public void Dispose()
    {
        _journal.Dispose();
        _results.Dispose();
    }

    [Fact]
    public async Task AnEngineWhoseJournalHasFailedCanBeClosed()
    {
        IngestionEngine engine = await OpenAsync();
        RecordAppender appender = Stream(engine).CreateAppender("p");
        _journal.HoldsCommits = true;
        CloseWindows(appender);
        await appender.WhenApplied(2).WaitAsync(s_deadline);
        _journal.Faults.FailAtFlush = _journal.FlushCount + 1;
        _journal.CompleteCommit();
        await engine.DisposeAsync().AsTask().WaitAsync(s_deadline);
    }

    [Fact]
    public async Task AnEngineStartsOnAFullDiskAndGoesOnWhenThereIsRoom()
    {
        string digest;
        await using (IngestionEngine engine = await OpenAsync())
        {
            RecordAppender appender = Stream(engine).CreateAppender("p");
            _results.Faults.DiskIsFull = true;
            await appender.WhenDurable(CloseWindowsAtOnce(appender)).WaitAsync(s_deadline);
            digest = await engine.DigestAsync().WaitAsync(s_deadline);
        }

        await using IngestionEngine again = await OpenAsync(isFull: true);
        Assert.Equal(digest, await again.DigestAsync().WaitAsync(s_deadline));
        _results.Faults.DiskIsFull = false;
        await Eventually.Until(() => again.Core.Results.Index.EntryCount == WindowCount - 1);
        Assert.Equal(digest, await again.DigestAsync().WaitAsync(s_deadline));
    }

    [Fact]
    public async Task ASnapshotDoesNotCountWhenClosedWindowsWereStuckAtItsPlace()
    {
        string digest;
        await using (IngestionEngine engine = await OpenAsync())
        {
            RecordAppender appender = Stream(engine).CreateAppender("p");
            _results.Faults.DiskIsFull = true;
            await appender.WhenDurable(CloseWindowsAtOnce(appender)).WaitAsync(s_deadline);
            await Eventually.Until(() => engine.Core.Delivery.AreResultsFull);
            long before = engine.Core.Ring.Published;
            _ = engine.SnapshotAsync();
            await Eventually.Until(() => HasBegun(engine) && engine.Core.Ring.Published > before); // its slot is there
            await Eventually.Until(() => engine.Core.Delivery.Handled == engine.Core.Ring.Published);
            _results.Faults.DiskIsFull = false;
            await Eventually.Until(() => !engine.Core.Snapshots.IsBusy);
            Assert.Equal((0, 1), (engine.Core.Snapshots.CompletedCount, engine.Core.Snapshots.GivenUpCount));
            digest = await engine.DigestAsync().WaitAsync(s_deadline);
        }

        await using IngestionEngine again = await OpenAsync();
        Assert.Equal(digest, await again.DigestAsync().WaitAsync(s_deadline));
        Assert.Equal(WindowCount - 1, again.Core.Results.Index.EntryCount);
    }

    private static IngestionStream Stream(IngestionEngine engine) =>
        engine.Stream("s", "u64 (x)").View("v", "tumbling 1s late 0s by key: count");

    private static bool HasBegun(IngestionEngine engine) =>
        engine.Core.Snapshots.IsBusy || engine.Core.Snapshots.GivenUpCount > 0;

    // Each record but the first closes the window of the one before.
    private static ulong CloseWindows(RecordAppender appender)
    {
        ulong position = 0;
        for (int second = 0; second < WindowCount; second++)
        {
            position = appender.Append(1, second * Second, 1);
        }

        return position;
    }

    // The same in one frame, since a second one would be refused as soon as the results are known to be stuck.
    private static ulong CloseWindowsAtOnce(RecordAppender appender)
    {
        ulong[] keys = [.. Enumerable.Repeat(1ul, WindowCount)];
        return appender.Append(
            keys, [.. keys.Select((_, second) => second * Second)], [.. keys.Select(_ => 1.0)]);
    }

    private Task<IngestionEngine> OpenAsync(bool isFull = false) => Task.Run(() =>
    {
        _journal = new SimulatedLog(_journalDisk, "journal");
        _results = new SimulatedLog(_resultsDisk, "results");
        _results.Faults.DiskIsFull = isFull;
        return IngestionEngine.Open(
            new IngestionEngineOptions
            {
                DataDirectory = "simulated",
                Partitions = 1,
                Snapshots = new SnapshotOptions { AtClose = false },
                Sizes = new EngineSizes { SlicesPerPartition = 1, ResultEntries = 1, RowsPerSlice = 1 },
            },
            new EngineLogs(_journal, _results, new SimulatedLog(_stateDisk, "state")));
    }).WaitAsync(s_deadline);
}
