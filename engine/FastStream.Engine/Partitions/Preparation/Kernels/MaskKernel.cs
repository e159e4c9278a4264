using System.Runtime.Intrinsics;

namespace FastStream.Engine.Partitions.Preparation.Kernels;

/// <summary>
/// Tests columns row by row into a bit mask: bit i of word i / 64 is the answer for row i, bits past the last row are
/// zero.
/// </summary>
/// <remarks>
/// SAFETY: sources hold <c>count</c> values, the mask <see cref="WordCount"/> words.
/// </remarks>
internal static unsafe class MaskKernel
{
    /// <summary>Words of a mask over so many rows.</summary>
    public static int WordCount(int rows) => (rows + 63) >> 6;

    public static void Run<TTest, TLeft, TRight>(TTest test, TLeft left, TRight right, ulong* mask, int count)
        where TTest : struct, IMaskTest
        where TLeft : struct, IColumnSource
        where TRight : struct, IColumnSource
    {
        int done = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; done <= count - 64; done += 64)
            {
                ulong word = 0;
                for (int i = 0; i < 64; i += Vector512<double>.Count)
                {
                    Vector512<double> passed = test.Test(left.Load512(done + i), right.Load512(done + i));
                    word |= passed.ExtractMostSignificantBits() << i;
                }

                mask[done >> 6] = word;
            }
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            for (; done <= count - 64; done += 64)
            {
                ulong word = 0;
                for (int i = 0; i < 64; i += Vector256<double>.Count)
                {
                    Vector256<double> passed = test.Test(left.Load256(done + i), right.Load256(done + i));
                    word |= (ulong)passed.ExtractMostSignificantBits() << i;
                }

                mask[done >> 6] = word;
            }
        }

        RunPlain(test, left, right, mask, done, count);
    }

    /// <summary>The plain twin, for the rows from one (a multiple of 64) up to another.</summary>
    internal static void RunPlain<TTest, TLeft, TRight>(
        TTest test, TLeft left, TRight right, ulong* mask, int from, int to)
        where TTest : struct, IMaskTest
        where TLeft : struct, IColumnSource
        where TRight : struct, IColumnSource
    {
        for (int start = from; start < to; start += 64)
        {
            ulong word = 0;
            int rows = int.Min(64, to - start);
            for (int i = 0; i < rows; i++)
            {
                word |= (test.Test(left.Load(start + i), right.Load(start + i)) ? 1UL : 0) << i;
            }

            mask[start >> 6] = word;
        }
    }

    public static void And(ulong* left, ulong* right, ulong* target, int count)
    {
        for (int i = 0; i < WordCount(count); i++)
        {
            target[i] = left[i] & right[i];
        }
    }

    public static void Or(ulong* left, ulong* right, ulong* target, int count)
    {
        for (int i = 0; i < WordCount(count); i++)
        {
            target[i] = left[i] | right[i];
        }
    }

    public static void Not(ulong* source, ulong* target, int count)
    {
        for (int i = 0; i < WordCount(count); i++)
        {
            target[i] = ~source[i] & WordOfRows(count - (i << 6));
        }
    }

    /// <summary>True if every row passed.</summary>
    public static bool AllSet(ulong* mask, int count)
    {
        ulong missing = 0;
        for (int i = 0; i < WordCount(count); i++)
        {
            missing |= mask[i] ^ WordOfRows(count - (i << 6));
        }

        return missing == 0;
    }

    /// <summary>The lowest <paramref name="rows"/> bits, all 64 at most.</summary>
    private static ulong WordOfRows(int rows) => rows >= 64 ? ulong.MaxValue : (1UL << rows) - 1;
}
