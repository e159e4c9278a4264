using BenchmarkDotNet.Attributes;
using FastStream.Benchmarks;
using FastStream.Microbenchmarks.Quick;

namespace FastStream.Microbenchmarks.Aggregation;

/// <summary>
/// Question: what does a record cost in a partition, from decoded columns to updated cells (count, sum, min, max, variance
/// of one field), against the two tables a user would write? One thread, frames of 16,384 records, all cells there
/// before the timing. The partition also tests
/// times, rules, limits and late records; the rivals test the window once a frame and nothing else.
/// Not measured: the move of the frame from another core.
/// </summary>
[MemoryDiagnoser]
public class AggregateBenchmarks : IDisposable
{
    private AggregateFrame[] _frames = [];
    private IAggregator[] _aggregators = [];
    private int _next;

    [ParamsAllValues]
    public AggregateShape Shape { get; set; }

    /// <summary>
    /// As few frames as stay in the cache, like those of a hot connection, and so many that a branch predictor cannot
    /// learn the order of their keys. A million keys need more records than keys.
    /// </summary>
    private int FrameCount => Shape switch
    {
        AggregateShape.Keys1MUniform or AggregateShape.Keys1MZipf => 128,
        AggregateShape.OneKey => 1,
        _ => 16,
    };

    [GlobalSetup]
    public void SetUp()
    {
        int keyCount = Shape switch
        {
            AggregateShape.Keys100Uniform or AggregateShape.Keys100Zipf => 100,
            AggregateShape.Keys1MUniform or AggregateShape.Keys1MZipf => 1_000_000,
            AggregateShape.OneKey => 1,
            _ => 10_000,
        };
        bool isZipf = Shape is AggregateShape.Keys100Zipf or AggregateShape.Keys10KZipf or AggregateShape.Keys1MZipf;
        KeyDraw keys = new(keyCount, isZipf);
        int runLength = Shape == AggregateShape.Runs64 ? 64 : 1;
        _frames = [.. Enumerable.Range(0, FrameCount).Select(
            seed => new AggregateFrame(new Records(seed, keys.Next, runLength), Shape == AggregateShape.OneKey))];
        Compare();
        _aggregators = Create();
        foreach (IAggregator aggregator in _aggregators)
        {
            Array.ForEach(_frames, aggregator.Apply);
        }
    }

    [Benchmark(OperationsPerInvoke = Records.PerFrame)]
    public void Partition() => _aggregators[0].Apply(NextFrame());

    [Benchmark(OperationsPerInvoke = Records.PerFrame, Baseline = true)]
    public void Dictionary() => _aggregators[1].Apply(NextFrame());

    [Benchmark(OperationsPerInvoke = Records.PerFrame)]
    public void OpenAddressing() => _aggregators[2].Apply(NextFrame());

    [GlobalCleanup]
    public void Dispose()
    {
        Array.ForEach(_aggregators, aggregator => aggregator.Dispose());
        Array.ForEach(_frames, frame => frame.Dispose());
        (_aggregators, _frames) = ([], []);
        GC.SuppressFinalize(this);
    }

    internal QuickGroup Quick(AggregateShape shape, string name)
    {
        Shape = shape;
        SetUp();
        return new QuickGroup(
            $"aggregate {name}",
            "record",
            Records.PerFrame,
            this,
            new QuickCase("StreamPartition.Apply", Partition),
            new QuickCase("rival: Dictionary", Dictionary),
            new QuickCase("rival: open addressing", OpenAddressing))
        {
            // A table that fills the third-level cache has to come back into it after the others' turns.
            SampleMs = shape is AggregateShape.Keys1MUniform or AggregateShape.Keys1MZipf ? 20 : QuickGroup.UsualSampleMs,
        };
    }

    private AggregateFrame NextFrame() => _frames[_next++ & (_frames.Length - 1)];

    private static IAggregator[] Create() =>
        [new PartitionAggregator(), new DictionaryAggregator(), new OpenAddressingAggregator()];

    // Every key's row of all three must agree before anything is timed.
    private void Compare()
    {
        IAggregator[] aggregators = Create();
        foreach (IAggregator aggregator in aggregators)
        {
            Array.ForEach(_frames, aggregator.Apply);
        }

        Dictionary<ulong, AggregateRow>[] results = [.. aggregators.Select(aggregator => aggregator.Close())];
        Array.ForEach(aggregators, aggregator => aggregator.Dispose());
        Require.Equal((long)_frames.Length * Records.PerFrame, results[1].Values.Sum(row => row.Count), "records");
        foreach (Dictionary<ulong, AggregateRow> result in results)
        {
            Require.Equal(results[1].Count, result.Count, "keys");
            foreach ((ulong key, AggregateRow row) in results[1])
            {
                Require.Equal(true, row.Agrees(result[key]), $"key {key}: {row} and {result[key]} agree");
            }
        }
    }
}
