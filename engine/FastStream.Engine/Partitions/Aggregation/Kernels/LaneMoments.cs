using FastStream.Engine.Partitions.Aggregation.States;

namespace FastStream.Engine.Partitions.Aggregation.Kernels;

/// <summary>
/// Sums of (value - pivot) and of its square over adjacent values, in the lane order of <see cref="LaneSummary"/>.
/// </summary>
internal static unsafe partial class LaneMoments
{
    private const int LaneCount = LaneSummary.LaneCount;

    /// <summary>Sums <paramref name="count"/> values. SAFETY: the caller owns that many at the pointer.</summary>
    public static Moments Reduce(double* values, int count, double pivot)
    {
        double* sums = stackalloc double[LaneCount * 2];
        new Span<double>(sums, LaneCount * 2).Clear();
        int done = ReduceVectors(values, count, pivot, sums, sums + LaneCount, out long present);
        present += AddTail(values, done, count, pivot, sums, sums + LaneCount);
        return Fold(present, pivot, sums);
    }

    /// <summary>The plain twin of <see cref="Reduce"/>.</summary>
    public static Moments ReducePlain(double* values, int count, double pivot)
    {
        double* sums = stackalloc double[LaneCount * 2];
        new Span<double>(sums, LaneCount * 2).Clear();
        long present = AddTail(values, 0, count, pivot, sums, sums + LaneCount);
        return Fold(present, pivot, sums);
    }

    internal static long AddTail(double* values, int from, int count, double pivot, double* sums, double* squares)
    {
        long present = 0;
        for (int i = from; i < count; i++)
        {
            double distance = values[i] - pivot;
            if (!double.IsNaN(values[i]))
            {
                present++;
                sums[i % LaneCount] += distance;
                squares[i % LaneCount] += distance * distance;
            }
        }

        return present;
    }

    internal static Moments Fold(long present, double pivot, double* sums) => new()
    {
        Count = present,
        Pivot = pivot,
        Sum = LaneSummary.Tree(sums),
        SquareSum = LaneSummary.Tree(sums + LaneCount),
    };
}
