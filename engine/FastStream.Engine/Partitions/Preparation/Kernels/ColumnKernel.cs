using System.Runtime.Intrinsics;

namespace FastStream.Engine.Partitions.Preparation.Kernels;

/// <summary>
/// Applies an operation to columns, row by row. A result that is not finite (division by zero, overflow, an infinite
/// or absent operand) becomes NaN, which is absent.
/// </summary>
/// <remarks>
/// SAFETY: sources and target hold <c>count</c> values. The target may be one of the sources (each row is read before
/// it is written) but may not overlap one at another place.
/// </remarks>
internal static unsafe class ColumnKernel
{
    public static void Run<TOperation, TLeft, TRight>(
        TOperation operation, TLeft left, TRight right, double* target, int count)
        where TOperation : struct, IColumnOperation
        where TLeft : struct, IColumnSource
        where TRight : struct, IColumnSource
    {
        int done = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<double> infinity = Vector512.Create(double.PositiveInfinity);
            Vector512<double> absent = Vector512.Create(double.NaN);
            for (; done <= count - Vector512<double>.Count; done += Vector512<double>.Count)
            {
                Vector512<double> value = operation.Apply(left.Load512(done), right.Load512(done));
                Vector512<double> finite = Vector512.LessThan(Vector512.Abs(value), infinity);
                Vector512.ConditionalSelect(finite, value, absent).Store(target + done);
            }
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            Vector256<double> infinity = Vector256.Create(double.PositiveInfinity);
            Vector256<double> absent = Vector256.Create(double.NaN);
            for (; done <= count - Vector256<double>.Count; done += Vector256<double>.Count)
            {
                Vector256<double> value = operation.Apply(left.Load256(done), right.Load256(done));
                Vector256<double> finite = Vector256.LessThan(Vector256.Abs(value), infinity);
                Vector256.ConditionalSelect(finite, value, absent).Store(target + done);
            }
        }

        RunPlain(operation, left, right, target, done, count);
    }

    /// <summary>The plain twin, for rows <paramref name="from"/> up to <paramref name="to"/>.</summary>
    internal static void RunPlain<TOperation, TLeft, TRight>(
        TOperation operation, TLeft left, TRight right, double* target, int from, int to)
        where TOperation : struct, IColumnOperation
        where TLeft : struct, IColumnSource
        where TRight : struct, IColumnSource
    {
        for (int i = from; i < to; i++)
        {
            double value = operation.Apply(left.Load(i), right.Load(i));
            target[i] = double.IsFinite(value) ? value : double.NaN;
        }
    }
}
