using FastStream.Engine;
using FastStream.TestKit.Processes;
using FastStream.Tests.Results;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace FastStream.Tests.Allocation;

/// <summary>
/// Goal: ten million records on their way from an appender to the results log allocate nothing on a data thread and
/// next to nothing in the process. Method: marks on each thread before and after, on a warm engine; windows close and
/// leave between the marks. Snapshots are off: they are taken beside the data path.
/// </summary>
/// <remarks>
/// FASTER allocates some 350 bytes on the appending thread whenever a log page is full (the closures and the result
/// object of the page's write), and now and then the same for a commit whose flush that thread happens to start. So
/// the engine is measured twice: over logs that keep nothing, where every thread must show zero, and over its real
/// logs, where the two appending threads may show that and no more.
/// </remarks>
[Collection(AllocationCollection.Name)]
public sealed class EngineAllocationTests(ITestOutputHelper output)
{
    private const int BytesPerFullPage = 512;
    private const int BytesPerCommit = 1_536;
    private const int ProcessBytes = 64 << 10;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TenMillionRecordsAllocateNothingOnDataThreads(int partitions)
    {
        EngineLogs logs = new(new ForgetfulLog(), new ForgetfulLog(), new ForgetfulLog());
        using IngestionEngine engine = IngestionEngine.Open(Options("forgotten", partitions), logs);
        Measure(engine, (spent, commits) =>
        {
            Assert.Equal(0, spent.Sequencer);
            Assert.Equal(0, spent.Partitions);
            Assert.Equal(0, spent.Delivery);
            Assert.Equal(0, commits);
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void TenMillionJournaledRecordsAllocateOnlyWhatFullPagesAndCommitsCost(int partitions)
    {
        using TempFolder folder = new();
        IngestionEngineOptions options = Options(folder.FullPath, partitions);
        using IngestionEngine engine = IngestionEngine.Open(options);
        EngineLogs logs = engine.Core.Logs;
        Measure(engine, (spent, commits) =>
        {
            Assert.Equal(0, spent.Partitions);
            Assert.InRange(spent.Sequencer, 0, AppenderBytes(logs.Journal.TailAddress, options.Logs.JournalPageBytes));
            Assert.InRange(spent.Delivery, 0, AppenderBytes(logs.Results.TailAddress, 1 << 20));
            Assert.InRange(commits, 1, long.MaxValue);
        });
    }

    /// <summary>What FASTER may allocate on the thread that appends so many bytes.</summary>
    internal static long AppenderBytes(long appendedBytes, int pageBytes) =>
        BytesPerFullPage * ((appendedBytes / pageBytes) + 9);

    internal static IngestionEngineOptions Options(string folder, int partitions) => new()
    {
        DataDirectory = folder,
        Partitions = partitions,
        AllowVolatile = true,
        Snapshots = new SnapshotOptions { EveryBytes = 1L << 40, Every = TimeSpan.FromDays(1), AtClose = false },
    };

    // Others in the process (the test runner, a pool that meets a new peak) may allocate too, and the runtime charges
    // its own growth to any thread (see SteadyState): one of three measurements has to be within every bound.
    private void Measure(IngestionEngine engine, Action<AllocationMark, long> check)
    {
        IngestionStream stream = engine.Stream("s", "u64 (value)").View(
            "1s", "tumbling 1s by key: count, sum(value), min(value), max(value), stddev(value)");
        CommitCount commits = new(engine.Core.Logs);
        long rows = 0;
        using IDisposable handler = engine.OnResults("s", "1s", piece => rows += piece.Keys.Length);
        using RecordAppender appender = stream.CreateAppender("p");
        SteadyRecords records = new();
        Append(appender, records, SteadyRecords.WarmFrames, SteadyRecords.WarmStepNs);
        XunitException? outside = null;
        for (int turn = 0; turn < 3; turn++)
        {
            AllocationMark.Until(() => Volatile.Read(ref rows) == records.ClosedRows);
            _ = AllocationMark.Take(engine.Core);
            AllocationMark before = AllocationMark.Take(engine.Core);
            long commitCount = commits.Value;
            long appended = Append(appender, records, SteadyRecords.MeasuredFrames, SteadyRecords.MeasuredStepNs);
            AllocationMark.Until(() => Volatile.Read(ref rows) == records.ClosedRows);
            AllocationMark spent = AllocationMark.Take(engine.Core).Since(before);
            commitCount = commits.Value - commitCount;
            output.WriteLine($"{spent}, appender {appended}; {commitCount} commits, {rows} rows");
            try
            {
                Assert.Equal(0, appended);
                check(spent, commitCount);
                Assert.InRange(spent.Process, 0, ProcessBytes + (commitCount * BytesPerCommit));
                return;
            }
            catch (XunitException failure)
            {
                outside = failure;
            }
        }

        throw outside!;
    }

    // Returns what this thread has allocated for it. Waiting by a task would allocate: the position is looked at.
    private static long Append(RecordAppender appender, SteadyRecords records, int frames, long stepNs)
    {
        ulong position = 0;
        Func<bool> isDurable = () => appender.DurablePosition >= position;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int frame = 0; frame < frames; frame++)
        {
            records.MoveOn(stepNs);
            position = appender.Append(records.Keys, records.Times, records.Values);
        }

        long appended = GC.GetAllocatedBytesForCurrentThread() - before;
        AllocationMark.Until(isDurable);
        return appended;
    }
}
