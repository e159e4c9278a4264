using System.Runtime.Intrinsics;

namespace FastStream.Engine.Partitions.Preparation.Kernels;

/// <summary>
/// Looks for any infinity in a column: the one pass that a stream without rules pays for.
/// </summary>
/// <remarks>SAFETY: the column holds <c>count</c> values.</remarks>
internal static unsafe class InfinityScan
{
    public static bool Any(double* values, int count)
    {
        int done = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<double> infinity = Vector512.Create(double.PositiveInfinity);
            Vector512<double> found = Vector512<double>.Zero;
            for (; done <= count - Vector512<double>.Count; done += Vector512<double>.Count)
            {
                found |= Vector512.Equals(Vector512.Abs(Vector512.Load(values + done)), infinity);
            }

            if (found.ExtractMostSignificantBits() != 0)
            {
                return true;
            }
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            Vector256<double> infinity = Vector256.Create(double.PositiveInfinity);
            Vector256<double> found = Vector256<double>.Zero;
            for (; done <= count - Vector256<double>.Count; done += Vector256<double>.Count)
            {
                found |= Vector256.Equals(Vector256.Abs(Vector256.Load(values + done)), infinity);
            }

            if (found.ExtractMostSignificantBits() != 0)
            {
                return true;
            }
        }

        return AnyPlain(values + done, count - done);
    }

    /// <summary>The plain twin.</summary>
    internal static bool AnyPlain(double* values, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (double.IsInfinity(values[i]))
            {
                return true;
            }
        }

        return false;
    }
}
