using System.Runtime.Intrinsics;

namespace FastStream.Engine.Partitions.Aggregation.Kernels;

internal static unsafe partial class LaneSummary
{
    // Fills the lanes from as many whole groups of eight as the machine's vectors take; returns how many values.
    private static int ReduceVectors(
        double* values, int count, double* sums, double* mins, double* maxs, out long present)
    {
        if (Vector512.IsHardwareAccelerated && count >= LaneCount)
        {
            return Reduce512(values, count, sums, mins, maxs, out present);
        }

        if (Vector256.IsHardwareAccelerated && count >= LaneCount)
        {
            present = Reduce256(values, count, 0, sums, mins, maxs) + Reduce256(values, count, 4, sums, mins, maxs);
            return count / LaneCount * LaneCount;
        }

        Clear(sums, mins, maxs);
        present = 0;
        return 0;
    }

    private static int Reduce512(
        double* values, int count, double* sums, double* mins, double* maxs, out long present)
    {
        Vector512<double> sum = Vector512<double>.Zero;
        Vector512<double> min = Vector512.Create(double.PositiveInfinity);
        Vector512<double> max = Vector512.Create(double.NegativeInfinity);
        Vector512<long> counts = Vector512<long>.Zero;
        int whole = count / LaneCount * LaneCount;
        for (int i = 0; i < whole; i += LaneCount)
        {
            // SAFETY: i + 8 <= count.
            Vector512<double> value = Vector512.Load(values + i);
            Vector512<double> isPresent = Vector512.Equals(value, value);
            counts -= isPresent.AsInt64();
            sum = Vector512.ConditionalSelect(isPresent, sum + value, sum);
            // A comparison with NaN is false: absent values change neither bound.
            min = Vector512.ConditionalSelect(Vector512.LessThan(value, min), value, min);
            max = Vector512.ConditionalSelect(Vector512.GreaterThan(value, max), value, max);
        }

        sum.Store(sums);
        min.Store(mins);
        max.Store(maxs);
        present = Vector512.Sum(counts);
        return whole;
    }

    // Four of the eight lanes; called for both halves.
    private static long Reduce256(
        double* values, int count, int firstLane, double* sums, double* mins, double* maxs)
    {
        Vector256<double> sum = Vector256<double>.Zero;
        Vector256<double> min = Vector256.Create(double.PositiveInfinity);
        Vector256<double> max = Vector256.Create(double.NegativeInfinity);
        Vector256<long> counts = Vector256<long>.Zero;
        int whole = count / LaneCount * LaneCount;
        for (int i = firstLane; i < whole; i += LaneCount)
        {
            // SAFETY: i + 4 <= whole <= count.
            Vector256<double> value = Vector256.Load(values + i);
            Vector256<double> isPresent = Vector256.Equals(value, value);
            counts -= isPresent.AsInt64();
            sum = Vector256.ConditionalSelect(isPresent, sum + value, sum);
            min = Vector256.ConditionalSelect(Vector256.LessThan(value, min), value, min);
            max = Vector256.ConditionalSelect(Vector256.GreaterThan(value, max), value, max);
        }

        sum.Store(sums + firstLane);
        min.Store(mins + firstLane);
        max.Store(maxs + firstLane);
        return Vector256.Sum(counts);
    }
}
