using BenchmarkDotNet.Attributes;
using FastStream.Engine.Ingress;
using FastStream.Engine.Memory;
using FastStream.Engine.Partitions;
using FastStream.Microbenchmarks.Quick;
using FastStream.Protocol;

namespace FastStream.Microbenchmarks.Ingress;

/// <summary>
/// Question: what does it cost a record to learn which partition it belongs to? One thread: D -> D1..Dn as row
/// indexes. The rival hashes alike and adds each row to its partition's list.
/// </summary>
[MemoryDiagnoser]
public unsafe class IndexBenchmarks : IDisposable
{
    private readonly Records _records = new(seed: 3, keyCount: 1_000_000);
    private readonly BlockPool _pool = new(64 << 20);
    private readonly InboundFrame _frame = new();
    private PartitionIndex _index = new(1);
    private List<ushort>[] _lists = [];

    public IndexBenchmarks()
    {
        int maxBytes = DataFrameWriter.MaxFrameBytes(Records.PerFrame, 1, 0);
        BlockLease block = _pool.Rent(maxBytes + (Records.PerFrame * sizeof(ushort)) + 64, BlockPurpose.Frame);
        DataFrameWriter writer = new(block.Span[..maxBytes], Records.PerFrame, 3, EncodingMode.Raw);
        writer.AddKeys(_records.Keys);
        writer.AddTimes(_records.Times);
        writer.AddField(0, _records.Values);
        int bytes = writer.Finish(1, 1);
        FrameReader.TryReadWhole(block.Span[..bytes], FrameLimits.Default, out FrameHeader header);
        _frame.Take(null, header, block, 0);
        Require.Equal(
            FrameError.None, FrameDecoding.Decode(_frame, KeyKind.U64, checkPayload: false, 0), "decoding a frame");
    }

    [Params(2, 8)]
    public int Partitions { get; set; } = 2;

    [GlobalSetup]
    public void SetUp()
    {
        _index = new PartitionIndex(Partitions);
        _lists = [.. Enumerable.Range(0, Partitions).Select(_ => new List<ushort>())];
        Index();
        Lists();
        for (int p = 0; p < Partitions; p++)
        {
            Require.Equal(true, _frame.Rows(p).SequenceEqual(_lists[p].ToArray()), $"rows of partition {p}");
        }
    }

    [Benchmark(OperationsPerInvoke = Records.PerFrame)]
    public int Index()
    {
        _index.Split(_frame, dictionary: null);
        return _frame.Rows(0).Length;
    }

    [Benchmark(OperationsPerInvoke = Records.PerFrame, Baseline = true)]
    public int Lists()
    {
        foreach (List<ushort> list in _lists)
        {
            list.Clear();
        }

        ulong[] keys = _records.Keys;
        for (int i = 0; i < keys.Length; i++)
        {
            _lists[SlotHash.PartitionOf(SlotHash.SlotOf(keys[i]), Partitions)].Add((ushort)i);
        }

        return _lists[0].Count;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _frame.Release();
        GC.SuppressFinalize(this);
    }

    internal QuickGroup Quick(int partitions)
    {
        Partitions = partitions;
        SetUp();
        return new QuickGroup(
            $"index for {partitions} partitions",
            "record",
            Records.PerFrame,
            this,
            new QuickCase("PartitionIndex", () => Index()),
            new QuickCase("rival: a list a partition", () => Lists()));
    }
}
