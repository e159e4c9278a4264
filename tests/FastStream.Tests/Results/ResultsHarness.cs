using FastStream.Engine.Definitions;
using FastStream.Engine.Journal;
using FastStream.Engine.Monitoring;
using FastStream.Engine.Partitions;
using FastStream.Engine.Results;
using FastStream.TestKit.Journal;

namespace FastStream.Tests.Results;

/// <summary>
/// A results stage over a simulated log, fed as P partitions would: each close is cut into the partitions' shares,
/// each share into slices, and what comes first is random.
/// </summary>
internal sealed class ResultsHarness : IDisposable
{
    internal const uint StreamId = 1;

    internal const long JournalEnd = 1_000_000;

    private readonly int _partitionCount;
    private readonly Random _random;
    private readonly List<ResultSlice>[] _free;

    internal ResultsHarness(
        int partitionCount = 1,
        int seed = 1,
        SimulatedDisk? disk = null,
        ResultsOptions? options = null,
        TimeProvider? time = null,
        bool opens = true,
        long replayFrom = 0)
    {
        _partitionCount = partitionCount;
        _random = new Random(seed);
        _free = [.. Enumerable.Range(0, partitionCount).Select(_ => new List<ResultSlice>())];
        Disk = disk ?? new SimulatedDisk();
        Log = new SimulatedLog(Disk, "results", 1 << 20);
        Stage = new ResultsStage(
            Log,
            partitionCount,
            options ?? new ResultsOptions(),
            Counters.AddSet("results"),
            time ?? TimeProvider.System,
            (partition, slice) => _free[partition].Add(slice));
        foreach (uint viewId in new uint[] { 1, 2 })
        {
            Stage.Catalog.Set(CreateView(viewId));
        }

        if (opens)
        {
            Stage.Open(replayFrom);
            CompleteEmptyReplay();
        }
    }

    internal SimulatedDisk Disk { get; }

    internal SimulatedLog Log { get; }

    internal EngineCounters Counters { get; } = new();

    internal ResultsStage Stage { get; }

    internal long JournalDurable { get; set; } = JournalEnd;

    internal long NowNs { get; set; } = 1;

    internal static ResultsView CreateView(uint viewId, bool isText = false)
    {
        StreamDefinition stream = StreamDefinition.Parse("flights", $"{(isText ? "text" : "u64")} (delay)");
        ViewDefinition view = ViewDefinition.Parse(
            "flights", $"v{viewId}", "tumbling 1h by key: count, sum(delay), max(delay)") with
        { Id = (int)viewId };
        return new ResultsView(StreamId, stream, view, isText ? key => $"name {key}" : null);
    }

    /// <summary>A random history of closes; values are functions of window and key.</summary>
    internal static List<TestClose> RandomCloses(int seed, int causes = 12, int maxKeys = 1_500)
    {
        var random = new Random(seed);
        List<TestClose> closes = [];
        long start = 0;
        for (int cause = 1; cause <= causes; cause++)
        {
            foreach (uint viewId in new uint[] { 1, 2 })
            {
                int windows = random.Next(3);
                for (int i = 0; i < windows; i++)
                {
                    start += 10;
                    int keyCount = random.Next(3) == 0 ? random.Next(1, maxKeys) : random.Next(1, 6);
                    IEnumerable<ulong> keys = Enumerable.Range(0, keyCount).Select(_ => (ulong)random.NextInt64(5_000));
                    closes.Add(new TestClose(cause * 100, viewId, start, [.. keys.Distinct()]));
                }
            }
        }

        return closes;
    }

    /// <summary>
    /// Feeds the closes in a random interleaving of partitions and turns until all have been taken; stops early only
    /// at a fault that the test asked for.
    /// </summary>
    internal void Feed(IReadOnlyList<TestClose> closes, long emittedBelow = JournalEnd, bool allowsFault = false)
    {
        Queue<ResultSlice>[] emissions = [.. Enumerable.Range(0, _partitionCount).Select(p => Cut(closes, p))];
        while (emissions.Any(queue => queue.Count > 0))
        {
            int partition = _random.Next(_partitionCount);
            if (emissions[partition].Count > 0 && Stage.HasRoom(partition))
            {
                ResultSlice slice = emissions[partition].Dequeue();
                Stage.Add(partition, slice);
                bool isWhole = !emissions[partition].TryPeek(out ResultSlice? next)
                    || next.CauseAddress > slice.CauseAddress;
                if (isWhole && _random.Next(2) == 0)
                {
                    Stage.SetEmittedBelow(partition, slice.CauseAddress + 1);
                }
            }
            else if (emissions[partition].Count == 0)
            {
                Stage.SetEmittedBelow(partition, emittedBelow);
            }

            Turn(1);
            if (Stage.Fault is not null)
            {
                Assert.True(allowsFault, Stage.Fault.Message);
                return;
            }
        }

        for (int partition = 0; partition < _partitionCount; partition++)
        {
            Stage.SetEmittedBelow(partition, emittedBelow);
        }

        Turn();
    }

    internal void Turn(int times = int.MaxValue)
    {
        for (int i = 0; i < times && Stage.Turn(JournalDurable, NowNs); i++)
        {
        }
    }

    internal void Commit()
    {
        Log.CompleteCommit();
        Turn();
    }

    internal List<LoggedEntry> ReadLog() => Read(Disk);

    /// <summary>Everything a disk holds that is a result, decompressed.</summary>
    internal static List<LoggedEntry> Read(SimulatedDisk disk)
    {
        List<LoggedEntry> entries = [];
        byte[] scratch = [];
        foreach (SimulatedEntry entry in disk.Entries.Where(e => e.Header.Kind == EntryKind.Results))
        {
            EntryHeader header = entry.Header;
            ResultRows rows = ResultRows.Open(entry.Address, in header, entry.Payload, ref scratch);
            entries.Add(new LoggedEntry(
                (long)header.Epoch,
                (long)header.FrameSequence,
                header.ProducerId,
                header.Flags & ~ResultEntryLayout.CompressedFlag,
                rows.WindowStartNs,
                rows.Keys.ToArray(),
                Convert.ToHexString(rows.Raw)));
        }

        return entries;
    }

    public void Dispose()
    {
        Stage.Dispose();
        Log.Dispose();
    }

    private void CompleteEmptyReplay()
    {
        if (Stage.Index.EntryCount == 0)
        {
            Assert.True(Stage.TryCompleteReplay(0));
        }
    }

    private Queue<ResultSlice> Cut(IReadOnlyList<TestClose> closes, int partition)
    {
        Queue<ResultSlice> slices = [];
        foreach (TestClose close in closes)
        {
            ulong[] keys = [.. close.Keys
                .Where(key => SlotHash.PartitionOf(SlotHash.SlotOf(key), _partitionCount) == partition)
                .OrderBy(SlotHash.SlotOf).ThenBy(key => key)];
            for (int from = 0; from < keys.Length;)
            {
                int rows = Math.Min(keys.Length - from, _random.Next(1, 400));
                slices.Enqueue(Fill(close, keys.AsSpan(from, rows), from == 0, from + rows == keys.Length));
                from += rows;
            }
        }

        return slices;
    }

    private static ResultSlice Fill(TestClose close, ReadOnlySpan<ulong> keys, bool isFirst, bool isLast)
    {
        var slice = new ResultSlice();
        slice.Reset(keys.Length, 3);
        (slice.StreamId, slice.ViewId, slice.CauseAddress) = (StreamId, close.ViewId, close.Cause);
        (slice.WindowStart, slice.WindowEnd) = (close.Start, close.Start + 10);
        (slice.IsFirst, slice.IsLast) = (isFirst, isLast);
        foreach (ulong key in keys)
        {
            slice.Keys[slice.RowCount] = key;
            slice.Counts[slice.RowCount] = TestClose.CountOf(key);
            close.ValuesOf(key).CopyTo(slice.ValuesOf(slice.RowCount));
            slice.RowCount++;
        }

        return slice;
    }
}
