using FastStream.Engine.Partitions.Aggregation.Kernels;
using FastStream.Engine.Partitions.Aggregation.States;

namespace FastStream.Tests.Partitions.Aggregation.Kernels;

/// <summary>Goal: reductions give the bits of their plain twins, and of a naive sum lane by lane.</summary>
public unsafe class LaneKernelTests
{
    private static readonly double[] s_special =
    [
        double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0.0, -0.0, double.Epsilon, -double.Epsilon,
        double.MaxValue, double.MinValue, 1e-310, 1, -1,
    ];

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void EveryLengthAndMisalignmentGivesTheBitsOfThePlainTwins(int seed, bool special)
    {
        Random random = new(seed);
        double[] memory = new double[96];
        for (int i = 0; i < memory.Length; i++)
        {
            memory[i] = special && random.Next(3) == 0
                ? s_special[random.Next(s_special.Length)]
                : (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-20, 20));
        }

        fixed (double* start = memory)
        {
            for (int length = 0; length <= 67; length++)
            {
                for (int shift = 0; shift < 8; shift++)
                {
                    double* values = start + shift;
                    AssertSame(LaneSummary.ReducePlain(values, length), LaneSummary.Reduce(values, length));
                    AssertSame(NaiveSummary(values, length), LaneSummary.Reduce(values, length));
                    AssertSame(LaneMoments.ReducePlain(values, length, 0.1), LaneMoments.Reduce(values, length, 0.1));
                }
            }
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void RunsAreFoundWhereALookAtEachRowFindsThem(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 300; round++)
        {
            int records = random.Next(1, 2000);
            ulong[] keys = new ulong[records];
            List<ushort> rows = [];
            int drop = random.Next(3);
            for (int i = 0; i < records;)
            {
                ulong key = (ulong)random.Next(3);
                for (int left = random.Next(1, round % 2 == 0 ? 200 : 70); left > 0 && i < records; left--, i++)
                {
                    keys[i] = key;
                    if (drop == 0 || random.Next(drop == 1 ? 100 : 3) != 0)
                    {
                        rows.Add((ushort)i);
                    }
                }
            }

            ushort[] taken = [.. rows];
            int[] runs = new int[2 * RowRuns.MaxRuns];
            int[] plain = new int[2 * RowRuns.MaxRuns];
            fixed (ulong* k = keys)
            fixed (ushort* r = taken)
            fixed (int* a = runs, b = plain)
            {
                int found = RowRuns.Find(k, r, taken.Length, a);
                Assert.Equal(RowRuns.FindPlain(k, r, taken.Length, b), found);
                Assert.Equal(plain[..(2 * found)], runs[..(2 * found)]);
            }
        }
    }

    private static Summary NaiveSummary(double* values, int count)
    {
        double[] lanes = new double[8];
        Summary result = Summary.Empty;
        for (int i = 0; i < count; i++)
        {
            if (!double.IsNaN(values[i]))
            {
                lanes[i % 8] += values[i];
                result.Count++;
                result.Min = Math.Min(result.Min, values[i]);
                result.Max = Math.Max(result.Max, values[i]);
            }
        }

        result.Sum = ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
        return result;
    }

    private static void AssertSame(Summary expected, Summary actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.Equal(Bits(expected.Sum), Bits(actual.Sum));

        // Which zero is kept is open; results show +0 for both.
        Assert.Equal(expected.Min, actual.Min);
        Assert.Equal(expected.Max, actual.Max);
    }

    private static void AssertSame(Moments expected, Moments actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.Equal(Bits(expected.Sum), Bits(actual.Sum));
        Assert.Equal(Bits(expected.SquareSum), Bits(actual.SquareSum));
    }

    private static long Bits(double value) =>
        double.IsNaN(value) ? long.MinValue + 1 : BitConverter.DoubleToInt64Bits(value);
}
