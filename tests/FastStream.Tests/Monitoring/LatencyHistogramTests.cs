using FastStream.Engine.Monitoring;
using FastStream.Tests.Allocation;

namespace FastStream.Tests.Monitoring;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void EveryValueLiesInItsBucketAndBucketsTouch()
    {
        int last = -1;
        long top = -1;
        for (long value = 0; value < 1 << 20; value++)
        {
            int bucket = LatencyHistogram.BucketOf(value);
            if (bucket != last)
            {
                Assert.Equal(last + 1, bucket);
                Assert.Equal(top, value - 1);
                last = bucket;
                top = LatencyHistogram.TopOf(bucket);
            }
        }

        Assert.Equal(long.MaxValue, LatencyHistogram.TopOf(LatencyHistogram.BucketOf(long.MaxValue)));
    }

    [Fact]
    public void PercentilesAreWithinOnePartIn128OfTheSortedValues()
    {
        const int Seed = 20240611;
        var random = new Random(Seed);
        long[] values = [.. Enumerable.Range(0, 50_000).Select(_ => (long)Math.Exp(random.NextDouble() * 30))];
        var histogram = new LatencyHistogram();
        Array.ForEach(values, histogram.Record);
        Array.Sort(values);
        foreach (double fraction in new[] { 0, 0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1 })
        {
            long exact = values[Math.Max(1, (int)Math.Ceiling(fraction * values.Length)) - 1];
            long read = histogram.Percentile(fraction);
            Assert.True(read >= exact && read - exact <= exact / 128, $"seed {Seed}: {fraction}: {read} for {exact}");
        }

        Assert.Equal(values[0], histogram.Min);
        Assert.Equal(values[^1], histogram.Max);
        Assert.Equal(values.Average(v => (decimal)v), (decimal)histogram.Mean, 0);
    }

    [Fact]
    public void AddingTwoGivesTheSameAsRecordingInOne()
    {
        LatencyHistogram first = new(), second = new(), both = new();
        for (int i = 0; i < 1_000; i++)
        {
            (i % 3 == 0 ? first : second).Record(i * 7_919L, 2);
            both.Record(i * 7_919L, 2);
        }

        first.Add(second);
        Assert.Equal(both.Count, first.Count);
        Assert.Equal(both.Mean, first.Mean);
        Assert.Equal(both.Percentile(0.73), first.Percentile(0.73));
        first.Clear();
        Assert.Equal((0, 0, 0, 0), (first.Count, first.Min, first.Max, first.Percentile(0.5)));
    }

    [Fact]
    public void AnEmptyHistogramGivesZeros()
    {
        var empty = new LatencyHistogram();
        Assert.Equal((0L, 0L, 0d), (empty.Percentile(0.99), empty.Min, empty.Mean));
    }

    [Fact]
    public void RecordingAllocatesNothing()
    {
        var histogram = new LatencyHistogram();
        Assert.Equal(0, SteadyState.AllocatedBytes(() =>
        {
            for (int i = 0; i < 1_000; i++)
            {
                histogram.Record(i * 1_000L);
            }
        }));
    }
}
