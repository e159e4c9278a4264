using System.Numerics;
using FastStream.Engine.Partitions.Aggregation;
using FastStream.Engine.Partitions.Aggregation.States;

namespace FastStream.Tests.Partitions.Aggregation.States;

/// <summary>Goal: variances hold where sums of squares fail, and integers give one result in any order.</summary>
public unsafe class MomentsStateTests
{
    [Theory]
    [InlineData(1e6, 1, 1e6, 1e-12)]
    [InlineData(1e6, 1, 0, 1e-9)]
    [InlineData(1e6, 1, 1e12, 1e-9)]
    [InlineData(-4e9, 1e-3, 0, 1e-9)]
    [InlineData(40.7, 1e-6, 40.7, 1e-9)]
    public void AMeanAMillionDeviationsAwayAndAWildFirstValueDoNoHarm(
        double mean, double deviation, double first, double bound)
    {
        Random random = new(91);
        double[] values = new double[100_000];
        for (int i = 0; i < values.Length; i++)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()))
                * Math.Cos(2 * Math.PI * random.NextDouble());
            values[i] = i == 0 ? first : mean + (deviation * normal);
        }

        double exact = ExactVariance(values);
        AssertNear(exact, Scattered(values), bound);
        AssertNear(exact, Runs(values, 1000), bound);
        AssertNear(exact, Merged(values, 317), bound);
    }

    [Fact]
    public void ConstantReadingsHaveNoVariance()
    {
        double[] values = [.. Enumerable.Repeat(40.712_776_3, 1000)];
        Assert.Equal(0, Scattered(values));
        Assert.Equal(0, Runs(values, 100));
        Assert.Equal(0, Merged(values, 10));
    }

    [Theory]
    [InlineData(92)]
    [InlineData(93)]
    public void IntegersGiveTheSameBitsInEveryOrderAndGrouping(int seed)
    {
        Random random = new(seed);
        double[] values = [.. Enumerable.Range(0, 5000).Select(_ => (double)random.Next(-1_000_000, 1_000_000))];
        double expected = Scattered(values);
        for (int round = 0; round < 20; round++)
        {
            random.Shuffle(values);
            Assert.Equal(expected, Scattered(values));
            Assert.Equal(expected, Runs(values, random.Next(64, 900)));
            Assert.Equal(expected, Merged(values, random.Next(1, 900)));
        }
    }

    private static void AssertNear(double expected, double actual, double bound) => Assert.True(
        Math.Abs(actual - expected) <= expected * bound, $"{actual} for {expected}: {(actual / expected) - 1}");

    private static double Scattered(double[] values)
    {
        Moments moments = Add(values);
        return MomentsState.Variance(&moments, sample: true);
    }

    private static double Runs(double[] values, int length)
    {
        Moments moments = default;
        foreach (double[] run in values.Chunk(length))
        {
            fixed (double* start = run)
            {
                MomentsState.Instance.AccumulateRun((byte*)&moments, start, null, run.Length, null!);
            }
        }

        return MomentsState.Variance(&moments, sample: true);
    }

    private static double Merged(double[] values, int length)
    {
        Moments moments = default;
        foreach (double[] part in values.Chunk(length))
        {
            Moments other = Add(part);
            MomentsState.Instance.Merge((byte*)&moments, (byte*)&other, null!);
        }

        return MomentsState.Variance(&moments, sample: true);
    }

    private static Moments Add(double[] values)
    {
        Moments moments = default;
        fixed (double* start = values)
        {
            for (int i = 0; i < values.Length; i++)
            {
                nint cell = (nint)(&moments);
                ushort row = 0;
                StateInput input = new() { Cells = &cell, Rows = &row, Count = 1, Values = start + i };
                MomentsState.Instance.Accumulate(input, 0);
            }
        }

        return moments;
    }

    // Doubles as integers over 2^80, so that sums and squares are exact.
    private static double ExactVariance(double[] values)
    {
        BigInteger scale = BigInteger.One << 80;
        BigInteger sum = 0;
        BigInteger squares = 0;
        foreach (double value in values)
        {
            long bits = BitConverter.DoubleToInt64Bits(value);
            int exponent = (int)((bits >> 52) & 0x7FF);
            BigInteger mantissa = (bits & 0xF_FFFF_FFFF_FFFF) | (exponent == 0 ? 0 : 1L << 52);
            int shift = Math.Max(exponent, 1) - 1075 + 80;
            BigInteger scaled = shift >= 0 ? mantissa << shift : mantissa >> -shift;
            scaled = bits < 0 ? -scaled : scaled;
            sum += scaled;
            squares += scaled * scaled;
        }

        BigInteger n = values.Length;
        BigInteger spread = (n * squares) - (sum * sum);
        BigInteger thousandBits = (spread << 200) / (n * (n - 1) * scale * scale);
        return Math.ScaleB((double)(thousandBits >> 100), -100);
    }
}
