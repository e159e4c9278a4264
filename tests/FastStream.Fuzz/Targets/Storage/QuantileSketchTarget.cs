using FastStream.Engine.Partitions;
using FastStream.Engine.Partitions.Aggregation;
using FastStream.Engine.Partitions.Aggregation.States;

namespace FastStream.Fuzz.Targets.Storage;

/// <summary>The saved bytes of a quantile sketch: what is read can be asked, merged and written again.</summary>
internal sealed unsafe class QuantileSketchTarget : FuzzTarget
{
    private readonly PartitionHeap _heap = new();
    private readonly ByteSink _sink = new();

    public override string Name => "quantile-sketch";

    public override int Weight => 40;

    public override void Generate(FuzzRandom random, InputBuffer input)
    {
        SketchBlock* sketch = null;
        bool isWide = random.OneIn(8);
        for (int i = isWide ? random.Skewed(3000) : random.Skewed(60); i > 0; i--)
        {
            double value = isWide ? BitConverter.UInt64BitsToDouble(random.Next()) : random.Below(2001) - 1000;
            sketch = double.IsNaN(value) ? sketch : QuantileSketch.Add(sketch, value, _heap);
        }

        _sink.Clear();
        QuantileSketch.Write(sketch, _sink);
        input.Append(_sink.Written);
        QuantileSketch.Release(sketch, _heap);
    }

    public override bool Run(ReadOnlySpan<byte> input)
    {
        ByteSource source = new(input);
        SketchBlock* sketch;
        try
        {
            sketch = QuantileSketch.Read(ref source, _heap);
        }
        catch (InvalidDataException)
        {
            return false;
        }

        _sink.Clear();
        QuantileSketch.Write(sketch, _sink);
        Require(_sink.Written.SequenceEqual(input[..^source.Remaining]), "a sketch is written as other bytes");
        foreach (double rank in (ReadOnlySpan<double>)[0.001, 0.5, 0.999])
        {
            double value = QuantileSketch.Quantile(sketch, rank);
            Require(sketch == null || !double.IsNaN(value), "a sketch that holds values has no quantile");
        }

        // Into an empty one, and again into itself, as rows of two partitions come together; below the counts that 44
        // bits cannot hold.
        bool isMerged = sketch == null || sketch->Total < 1L << 40;
        SketchBlock* merged = QuantileSketch.Merge(null, isMerged ? sketch : null, _heap);
        merged = QuantileSketch.Merge(merged, isMerged ? sketch : null, _heap);
        if (merged != null)
        {
            Require(merged->Total == 2 * sketch->Total, "a merged sketch counts other values than its parts");
            _ = QuantileSketch.Quantile(merged, 0.95);
        }

        QuantileSketch.Release(merged, _heap);
        QuantileSketch.Release(sketch, _heap);
        return true;
    }

    public override string? FindLeak() => _heap.RentedBytes == 0 ? null : $"{_heap.RentedBytes} bytes of the partition's heap";

    protected override void Release() => _heap.Dispose();
}
