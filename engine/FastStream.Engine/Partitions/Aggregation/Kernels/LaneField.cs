using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastStream.Engine.Partitions.Aggregation.States;

namespace FastStream.Engine.Partitions.Aggregation.Kernels;

/// <summary>
/// <see cref="LaneSummary"/> and <see cref="LaneMoments"/> of the same values, with the same bits; in one pass where
/// the machine's vectors hold all lanes.
/// </summary>
internal static unsafe class LaneField
{
    private const int LaneCount = LaneSummary.LaneCount;

    /// <summary>Reduces <paramref name="count"/> values. SAFETY: the caller owns that many at the pointer.</summary>
    public static void Reduce(double* values, int count, double pivot, out Summary summary, out Moments moments)
    {
        if (!Vector512.IsHardwareAccelerated || count < LaneCount)
        {
            ReducePlain(values, count, pivot, out summary, out moments);
            return;
        }

        double* lanes = stackalloc double[LaneCount * 5];
        int whole = count / LaneCount * LaneCount;
        long present = ReduceWhole(values, whole, pivot, lanes);
        present += LaneSummary.AddTail(
            values, whole, count, lanes, lanes + LaneCount, lanes + (2 * LaneCount));
        LaneMoments.AddTail(values, whole, count, pivot, lanes + (3 * LaneCount), lanes + (4 * LaneCount));
        summary = LaneSummary.Fold(present, lanes, lanes + LaneCount, lanes + (2 * LaneCount));
        moments = LaneMoments.Fold(present, pivot, lanes + (3 * LaneCount));
    }

    /// <summary>The same by the two kernels one after the other.</summary>
    public static void ReducePlain(double* values, int count, double pivot, out Summary summary, out Moments moments)
    {
        summary = LaneSummary.Reduce(values, count);
        moments = LaneMoments.Reduce(values, count, pivot);
    }

    // Five rows of lanes: sums, smallest, largest, shifted sums, shifted squares.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long ReduceWhole(double* values, int whole, double pivot, double* lanes)
    {
        Vector512<double> pivots = Vector512.Create(pivot);
        Vector512<double> sum = Vector512<double>.Zero;
        Vector512<double> min = Vector512.Create(double.PositiveInfinity);
        Vector512<double> max = Vector512.Create(double.NegativeInfinity);
        Vector512<double> shifted = Vector512<double>.Zero;
        Vector512<double> squares = Vector512<double>.Zero;
        Vector512<long> counts = Vector512<long>.Zero;
        for (int i = 0; i < whole; i += LaneCount)
        {
            // SAFETY: i + 8 <= whole. Multiplication and addition stay two roundings: never fused.
            Vector512<double> value = Vector512.Load(values + i);
            Vector512<double> isPresent = Vector512.Equals(value, value);
            Vector512<double> distance = value - pivots;
            counts -= isPresent.AsInt64();
            // An absent value adds +0, which changes no bit: no sum that began at +0 is ever -0.
            distance &= isPresent;
            sum += value & isPresent;
            shifted += distance;
            squares += distance * distance;
            // Of a comparison with NaN the second operand comes out: absent values change neither bound.
            min = Vector512.MinNative(value, min);
            max = Vector512.MaxNative(value, max);
        }

        sum.Store(lanes);
        min.Store(lanes + LaneCount);
        max.Store(lanes + (2 * LaneCount));
        shifted.Store(lanes + (3 * LaneCount));
        squares.Store(lanes + (4 * LaneCount));
        return Vector512.Sum(counts);
    }
}
