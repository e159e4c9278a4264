using System.Runtime.Intrinsics;

namespace FastStream.Engine.Partitions.Aggregation.Kernels;

internal static unsafe partial class LaneMoments
{
    private static int ReduceVectors(
        double* values, int count, double pivot, double* sums, double* squares, out long present)
    {
        present = 0;
        int whole = count / LaneCount * LaneCount;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<double> pivots = Vector512.Create(pivot);
            Vector512<double> sum = Vector512<double>.Zero;
            Vector512<double> square = Vector512<double>.Zero;
            Vector512<long> counts = Vector512<long>.Zero;
            for (int i = 0; i < whole; i += LaneCount)
            {
                // SAFETY: i + 8 <= count. Multiplication and addition stay two roundings: never fused.
                Vector512<double> value = Vector512.Load(values + i);
                Vector512<double> isPresent = Vector512.Equals(value, value);
                Vector512<double> distance = value - pivots;
                Vector512<double> product = distance * distance;
                counts -= isPresent.AsInt64();
                sum = Vector512.ConditionalSelect(isPresent, sum + distance, sum);
                square = Vector512.ConditionalSelect(isPresent, square + product, square);
            }

            sum.Store(sums);
            square.Store(squares);
            present = Vector512.Sum(counts);
            return whole;
        }

        if (Vector256.IsHardwareAccelerated)
        {
            present = Reduce256(values, whole, 0, pivot, sums, squares)
                + Reduce256(values, whole, 4, pivot, sums, squares);
            return whole;
        }

        return 0;
    }

    private static long Reduce256(
        double* values, int whole, int firstLane, double pivot, double* sums, double* squares)
    {
        Vector256<double> pivots = Vector256.Create(pivot);
        Vector256<double> sum = Vector256<double>.Zero;
        Vector256<double> square = Vector256<double>.Zero;
        Vector256<long> counts = Vector256<long>.Zero;
        for (int i = firstLane; i < whole; i += LaneCount)
        {
            // SAFETY: i + 4 <= whole.
            Vector256<double> value = Vector256.Load(values + i);
            Vector256<double> isPresent = Vector256.Equals(value, value);
            Vector256<double> distance = value - pivots;
            Vector256<double> product = distance * distance;
            counts -= isPresent.AsInt64();
            sum = Vector256.ConditionalSelect(isPresent, sum + distance, sum);
            square = Vector256.ConditionalSelect(isPresent, square + product, square);
        }

        sum.Store(sums + firstLane);
        square.Store(squares + firstLane);
        return Vector256.Sum(counts);
    }
}
