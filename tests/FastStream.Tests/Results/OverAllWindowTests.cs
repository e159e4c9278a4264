using FastStream.Engine;
using FastStream.Engine.Definitions;
using FastStream.Engine.Monitoring;
using FastStream.Engine.Partitions;
using FastStream.Engine.Results;
using FastStream.Engine.Serving;
using FastStream.TestKit.Engines;
using FastStream.Tests.Partitions;

namespace FastStream.Tests.Results;

/// <summary>
/// Goal: a window over all keys may be larger than all slices of a partition, and a query in the midst of its merge
/// sees every slot once. Method: slices given to the merger one by one, and a whole engine with many sketches.
/// </summary>
public sealed class OverAllWindowTests
{
    private const uint StreamId = 7; // the partition harness's
    private const long Second = 1_000_000_000;
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public void SlicesGoBackAtOnceAndAQueryInTheMidstOfAWindowSeesEachSlotOnce()
    {
        const string Text = "tumbling 1h late 0s over all: count, sum(v), variance(v), p90(v), first(v), last(v)";
        StreamDefinition stream = StreamDefinition.Parse("s", "u64 (v)");
        using PartitionHarness harness = new(stream, partitions: 2);
        harness.AddView("w", Text, id: 1);
        ResultsCatalog catalog = new();
        catalog.Set(new ResultsView(StreamId, stream, ViewDefinition.Parse("s", "w", Text) with { Id = 1 }, null));
        harness.ApplyOnly(RandomFrame(seed: 5, count: 3_000));
        List<ResultSlice> secondAsOpen = [];
        harness.Partitions[1].CollectOpen(
            "w", null, long.MinValue, long.MaxValue, new ResultSlice(), slice => secondAsOpen.Add(CopyOf(slice)));
        harness.Advance(3600 * Second);
        List<ResultSlice> first = Emit(harness.Partitions[0]);
        List<ResultSlice> second = Emit(harness.Partitions[1]);
        Assert.True(second.Count > 10);
        WindowRow whole = Ask(catalog, new ResultMerger(2, catalog, (_, _) => { }), [.. first, .. second]);
        Assert.Equal(3_000, whole.Count);

        for (int arrived = 0; arrived < second.Count; arrived++)
        {
            int free = 0;
            using ResultMerger merger = new(2, catalog, (_, _) => free++);
            first.ForEach(slice => merger.Add(0, slice));
            second[..arrived].ForEach(slice => merger.Add(1, slice));
            merger.Pump(new Sink());
            Assert.Equal(arrived == 0 ? 0 : first.Count + arrived, free);

            // The second partition was asked before it had emitted anything, the merger when some had arrived.
            WindowRow row = Ask(catalog, merger, secondAsOpen);
            Assert.Equal(whole.Count, row.Count);
            Assert.Equal(
                whole.Values.Select(BitConverter.DoubleToInt64Bits), row.Values.Select(BitConverter.DoubleToInt64Bits));
        }
    }

    [Fact]
    public async Task AWindowOverAllThatIsLargerThanAllSlicesIsClosed()
    {
        const int Fields = 8;
        const int Frames = 40; // about 1,500 records a slot: 24 MiB of sketches, and 16 MiB of slices
        const int Records = 10_000;
        SimulatedEngine storage = new();
        await using IngestionEngine engine = storage.Open(1, new ManualClock { NowNs = Second }, false);
        string[] names = [.. Enumerable.Range(0, Fields).Select(i => $"f{i}")];
        IngestionStream stream = engine.Stream("s", $"u64 ({string.Join(", ", names)})").View(
            "w", "tumbling 1h late 0s over all: " + string.Join(", ", names.Select(name => $"p90({name})")));
        using RecordAppender appender = stream.CreateAppender("p");
        Random random = new(1);
        for (int frame = 0; frame < Frames; frame++)
        {
            ulong[] keys = [.. Enumerable.Range(0, Records).Select(_ => (ulong)random.NextInt64(100_000))];
            long[] times = [.. Enumerable.Repeat(Second, Records)];
            double[] values = [.. Enumerable.Range(0, Records * Fields).Select(
                _ => Math.ScaleB(1 + random.NextDouble(), random.Next(-29, 29)))];
            appender.Append(keys, times, values);
        }

        await appender.WhenApplied(appender.Position).WaitAsync(s_deadline);
        await engine.AdvanceAsync("s").WaitAsync(s_deadline);
        WindowAnswer answer = await engine.QueryAsync(new WindowQuery { Stream = "s", View = "w" });
        Assert.Equal(Frames * Records, Assert.Single(answer.Rows).Count);
        Ledger ledger = await engine.LedgerAsync().WaitAsync(s_deadline);
        Assert.Equal(Frames * Records, ledger.Streams[0].Prepared);
    }

    private static WindowRow Ask(ResultsCatalog catalog, ResultMerger merger, List<ResultSlice> open)
    {
        WindowQuery query = new() { Stream = "s", View = "w", IncludeOpen = true };
        WindowRowCollector collector = new(catalog.Get(StreamId, 1), query, null);
        open.ForEach(slice => collector.AddOpen(slice, 0));
        merger.Visit(StreamId, 1, collector.AddOpen);
        return Assert.Single(collector.Complete(isCutByRetention: false).Rows);
    }

    private static List<ResultSlice> Emit(StreamPartition partition)
    {
        List<ResultSlice> slices = [];
        ResultSlice slice = new();
        EmitStatus status;
        while ((status = partition.Emit(slice, maxRows: 7)) != EmitStatus.Nothing)
        {
            if (status == EmitStatus.Slice)
            {
                slices.Add(CopyOf(slice));
            }
        }

        return slices;
    }

    private static ResultSlice CopyOf(ResultSlice slice)
    {
        ResultSlice copy = new();
        copy.CopyFrom(slice);
        return copy;
    }

    private static TestFrame RandomFrame(int seed, int count)
    {
        Random random = new(seed);
        return new TestFrame(
            [.. Enumerable.Range(0, count).Select(_ => (ulong)random.NextInt64())],
            [.. Enumerable.Range(0, count).Select(_ => random.NextInt64(3600 * Second))],
            [.. Enumerable.Range(0, count).Select(_ => (random.NextDouble() * 200) - 100)]);
    }

    private sealed class Sink : IClosedWindowSink
    {
        public void BeginWindow(in ClosedWindow window, int valueCount)
        {
        }

        public int AddRows(ReadOnlySpan<ulong> keys, ReadOnlySpan<long> counts, ReadOnlySpan<double> values) =>
            keys.Length;

        public void EndWindow()
        {
        }
    }
}
