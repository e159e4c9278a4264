using FastStream.Engine.Partitions;
using FastStream.Engine.Partitions.Aggregation;
using FastStream.Engine.Partitions.Aggregation.States;

namespace FastStream.Tests.Partitions.Aggregation.States;

/// <summary>Goal: quantiles stay within the stated bound, and neither order nor merging shows in a sketch.</summary>
public unsafe class QuantileSketchTests
{
    private static readonly double[] s_ranks = [0.001, 0.01, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999];

    [Theory]
    [InlineData("uniform")]
    [InlineData("signed")]
    [InlineData("log-normal")]
    [InlineData("integers")]
    [InlineData("wide")]
    public void QuantilesStayWithinTheStatedError(string kind)
    {
        double[] values = Make(kind, 20_000, 81);
        using PartitionHeap heap = new();
        SketchBlock* sketch = Fill(values, heap);
        double bound = QuantileSketch.RelativeError(sketch);
        Assert.Equal(kind == "wide", sketch->Level > 0);
        Assert.True(sketch->Level > 0 || bound < 1.0 / 256);
        double[] sorted = [.. values.Order()];
        foreach (double rank in s_ranks)
        {
            double exact = sorted[(int)Math.Ceiling((decimal)rank * sorted.Length) - 1];
            double found = QuantileSketch.Quantile(sketch, rank);
            Assert.True(Math.Abs(found - exact) <= Math.Abs(exact) * bound, $"p{rank}: {found} for {exact} in {bound}");
        }

        QuantileSketch.Release(sketch, heap);
        Assert.Equal(0, heap.RentedBytes);
    }

    [Theory]
    [InlineData("signed")]
    [InlineData("wide")]
    public void NeitherOrderNorMergingShowsInTheBytes(string kind)
    {
        double[] values = Make(kind, 6000, 82);
        using PartitionHeap heap = new();
        byte[] whole = Bytes(Fill(values, heap));
        double[] shuffled = [.. values];
        new Random(83).Shuffle(shuffled);
        Assert.Equal(whole, Bytes(Fill(shuffled, heap)));
        SketchBlock* merged = null;
        foreach (double[] part in shuffled.Chunk(777))
        {
            merged = QuantileSketch.Merge(merged, Fill(part, heap), heap);
        }

        Assert.Equal(whole, Bytes(merged));
        SketchBlock* other = QuantileSketch.Merge(Fill(shuffled[..5], heap), Fill(shuffled[5..], heap), heap);
        Assert.Equal(whole, Bytes(other));
        ByteSource source = new(whole);
        Assert.Equal(whole, Bytes(QuantileSketch.Read(ref source, heap)));
        Assert.Equal(0, source.Remaining);
    }

    [Fact]
    public void ZeroAndTheEndsOfTheRangeHaveBucketsToo()
    {
        using PartitionHeap heap = new();
        foreach (double value in new[] { 0.0, -0.0, double.MaxValue, double.MinValue, 1e-300, -5, double.Epsilon })
        {
            double found = QuantileSketch.Quantile(Fill([value], heap), 0.5);
            Assert.True(Math.Abs(found - value) <= Math.Abs(value) / 256 + 1e-305, $"{found} for {value}");
        }

        Assert.True(double.IsNaN(QuantileSketch.Quantile(null, 0.5)));
    }

    [Fact]
    public void ValuesOverTheWholeRangeOfDoublesFitTheBuckets()
    {
        Random random = new(84);
        using PartitionHeap heap = new();
        double[] values = new double[200_000];
        for (int i = 0; i < values.Length; i++)
        {
            do
            {
                values[i] = BitConverter.Int64BitsToDouble(random.NextInt64());
            }
            while (!double.IsFinite(values[i]));
        }

        SketchBlock* sketch = Fill(values, heap);
        Assert.InRange(sketch->Count, 1, QuantileSketch.MaxBuckets);
        Assert.Equal(values.Length, sketch->Total);
        Assert.True(double.IsFinite(QuantileSketch.Quantile(sketch, 0.999999)));
    }

    [Fact]
    public void SavedSketchesThatCannotBeAreRefused()
    {
        using PartitionHeap heap = new();
        byte[] bytes = Bytes(Fill([1, 2, 3], heap));
        bytes[0] = 200;
        Assert.Throws<InvalidDataException>(() =>
        {
            ByteSource source = new(bytes);
            QuantileSketch.Read(ref source, heap);
        });
    }

    private static double[] Make(string kind, int count, int seed)
    {
        Random random = new(seed);
        double[] values = new double[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = kind switch
            {
                "uniform" => random.NextDouble() * 1000,
                "signed" => (random.NextDouble() - 0.5) * 1e6,
                "log-normal" => Math.Exp(random.NextDouble() + random.NextDouble() - random.NextDouble()),
                "integers" => random.Next(-100, 1000),
                _ => Math.Pow(10, (random.NextDouble() * 60) - 30),
            };
        }

        return values;
    }

    private static SketchBlock* Fill(double[] values, PartitionHeap heap)
    {
        SketchBlock* sketch = null;
        foreach (double value in values)
        {
            sketch = QuantileSketch.Add(sketch, value, heap);
        }

        return sketch;
    }

    private static byte[] Bytes(SketchBlock* sketch)
    {
        ByteSink sink = new();
        QuantileSketch.Write(sketch, sink);
        return sink.Written.ToArray();
    }
}
