using System.Runtime.CompilerServices;
using FastStream.Engine.Partitions.Aggregation.States;

namespace FastStream.Engine.Partitions.Aggregation.Kernels;

/// <summary>
/// Number, sum, smallest and largest of adjacent values in one logical order: value i is added to lane i modulo 8,
/// absent ones are left out, then lanes are added as ((0+4)+(2+6)) + ((1+5)+(3+7)). Every path gives the same bits.
/// </summary>
internal static unsafe partial class LaneSummary
{
    /// <summary>Lanes of the logical order, whatever the machine's vectors hold.</summary>
    public const int LaneCount = 8;

    /// <summary>Summarises <paramref name="count"/> values. SAFETY: the caller owns that many at the pointer.</summary>
    public static Summary Reduce(double* values, int count)
    {
        double* lanes = stackalloc double[LaneCount * 3];
        double* sums = lanes;
        double* mins = lanes + LaneCount;
        double* maxs = lanes + (2 * LaneCount);
        Summary result = Summary.Empty;
        int done = ReduceVectors(values, count, sums, mins, maxs, out result.Count);
        result.Count += AddTail(values, done, count, sums, mins, maxs);
        return Fold(result.Count, sums, mins, maxs);
    }

    /// <summary>The plain twin of <see cref="Reduce"/>.</summary>
    public static Summary ReducePlain(double* values, int count)
    {
        double* lanes = stackalloc double[LaneCount * 3];
        double* sums = lanes;
        double* mins = lanes + LaneCount;
        double* maxs = lanes + (2 * LaneCount);
        Clear(sums, mins, maxs);
        long present = AddTail(values, 0, count, sums, mins, maxs);
        return Fold(present, sums, mins, maxs);
    }

    /// <summary>Adds the lanes' sums in the fixed tree.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static double Tree(double* l) => ((l[0] + l[4]) + (l[2] + l[6])) + ((l[1] + l[5]) + (l[3] + l[7]));

    private static void Clear(double* sums, double* mins, double* maxs)
    {
        for (int lane = 0; lane < LaneCount; lane++)
        {
            sums[lane] = 0;
            mins[lane] = double.PositiveInfinity;
            maxs[lane] = double.NegativeInfinity;
        }
    }

    internal static long AddTail(double* values, int from, int count, double* sums, double* mins, double* maxs)
    {
        long present = 0;
        for (int i = from; i < count; i++)
        {
            double value = values[i];
            if (!double.IsNaN(value))
            {
                int lane = i % LaneCount;
                present++;
                sums[lane] += value;
                mins[lane] = value < mins[lane] ? value : mins[lane];
                maxs[lane] = value > maxs[lane] ? value : maxs[lane];
            }
        }

        return present;
    }

    internal static Summary Fold(long present, double* sums, double* mins, double* maxs)
    {
        Summary result = Summary.Empty;
        result.Count = present;
        result.Sum = Tree(sums);
        for (int lane = 0; lane < LaneCount; lane++)
        {
            // Without a branch: which lane wins cannot be predicted.
            result.Min = double.MinNative(mins[lane], result.Min);
            result.Max = double.MaxNative(maxs[lane], result.Max);
        }

        return result;
    }
}
