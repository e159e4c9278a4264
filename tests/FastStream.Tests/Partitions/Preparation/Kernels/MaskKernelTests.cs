using FastStream.Engine.Partitions.Preparation.Kernels;

namespace FastStream.Tests.Partitions.Preparation.Kernels;

/// <summary>
/// Goal: masks hold the naive answer for every row and zero behind the last. Method: every length up to four words and
/// one, every misalignment, special values.
/// </summary>
public unsafe class MaskKernelTests
{
    private const int MaxCount = 257;

    [Fact]
    public void LessIsNaive() => Check(new MaskTests.Less(), (a, b) => a < b);

    [Fact]
    public void LessOrEqualIsNaive() => Check(new MaskTests.LessOrEqual(), (a, b) => a <= b);

    [Fact]
    public void GreaterIsNaive() => Check(new MaskTests.Greater(), (a, b) => a > b);

    [Fact]
    public void GreaterOrEqualIsNaive() => Check(new MaskTests.GreaterOrEqual(), (a, b) => a >= b);

    [Fact]
    public void EqualIsNaive() => Check(new MaskTests.Equal(), (a, b) => a == b);

    [Fact]
    public void NotEqualIsFalseForSomethingAbsent() =>
        Check(new MaskTests.NotEqual(), (a, b) => !double.IsNaN(a) && !double.IsNaN(b) && a != b);

    [Fact]
    public void PresentIsAnythingButNaN() => Check(new MaskTests.Present(), (a, _) => !double.IsNaN(a));

    [Fact]
    public void NotInfiniteLetsNaNPass() =>
        Check(new MaskTests.NotInfinite(), (a, _) => a != double.PositiveInfinity && a != double.NegativeInfinity);

    [Fact]
    public void InsideHoldsItsBoundsAndLetsNaNPass() =>
        Check(new MaskTests.Inside(-1, 0.1), (a, _) => double.IsNaN(a) || (a >= -1 && a <= 0.1));

    [Fact]
    public void LogicOfMasksIsNaiveAndLeavesTheTailZero()
    {
        Random random = new(11);
        for (int count = 0; count <= MaxCount; count++)
        {
            bool[] a = [.. Enumerable.Range(0, count).Select(_ => random.Next(2) == 0)];
            bool[] b = [.. Enumerable.Range(0, count).Select(_ => random.Next(2) == 0)];
            ulong[] left = ToMask(a);
            ulong[] right = ToMask(b);
            ulong[] target = new ulong[left.Length];
            fixed (ulong* l = left, r = right, t = target)
            {
                MaskKernel.And(l, r, t, count);
                Assert.Equal(ToMask([.. a.Zip(b, (x, y) => x && y)]), target);
                MaskKernel.Or(l, r, t, count);
                Assert.Equal(ToMask([.. a.Zip(b, (x, y) => x || y)]), target);
                MaskKernel.Not(l, t, count);
                Assert.Equal(ToMask([.. a.Select(x => !x)]), target);
                Assert.Equal(a.All(x => x), MaskKernel.AllSet(l, count));
                MaskKernel.Or(l, t, t, count);
                Assert.True(MaskKernel.AllSet(t, count));
            }
        }
    }

    [Fact]
    public void RowsAreSplitInOrderAlsoInPlace()
    {
        Random random = new(13);
        for (int round = 0; round < 200; round++)
        {
            int span = random.Next(1, 300);
            int first = random.Next(0, 1_000);
            ushort[] rows = [.. Enumerable.Range(first, span).Where(_ => random.Next(3) > 0).Select(r => (ushort)r)];
            bool[] byRow = [.. Enumerable.Range(0, span).Select(_ => random.Next(2) == 0)];
            ushort[] refused = new ushort[rows.Length];
            ushort[] room = (ushort[])rows.Clone();
            fixed (ulong* mask = ToMask(byRow))
            fixed (ushort* keep = room, drop = refused)
            {
                int kept = RowKernels.SplitByRow(room, first, mask, keep, drop);
                Assert.Equal(rows.Where(r => byRow[r - first]), room.Take(kept));
                Assert.Equal(rows.Where(r => !byRow[r - first]), refused.Take(rows.Length - kept));

                room = (ushort[])rows.Clone();
                fixed (ushort* again = room)
                {
                    kept = RowKernels.SplitByPlace(room, mask, again, drop);
                    Assert.Equal(rows.Where((_, i) => byRow[i]), room.Take(kept));
                    Assert.Equal(rows.Where((_, i) => !byRow[i]), refused.Take(rows.Length - kept));
                }
            }
        }
    }

    [Fact]
    public void AnInfinityIsFoundInEveryPlace()
    {
        for (int count = 0; count <= 33; count++)
        {
            for (int misalignment = 0; misalignment < 8; misalignment++)
            {
                using TestColumns columns = new();
                double[] values =
                    [.. Enumerable.Range(0, count).Select(i => i % 3 == 0 ? double.NaN : double.MaxValue)];
                double* column = columns.Copy(values, misalignment);
                Assert.False(InfinityScan.Any(column, count));
                Assert.False(InfinityScan.AnyPlain(column, count));
                for (int i = 0; i < count; i++)
                {
                    column[i] = i % 2 == 0 ? double.PositiveInfinity : double.NegativeInfinity;
                    Assert.True(InfinityScan.Any(column, count));
                    Assert.True(InfinityScan.AnyPlain(column, count));
                    column[i] = values[i];
                }
            }
        }
    }

    private static void Check<TTest>(TTest test, Func<double, double, bool> naive)
        where TTest : struct, IMaskTest
    {
        Random random = new(5);
        for (int count = 0; count <= MaxCount; count++)
        {
            using TestColumns columns = new();
            int misalignment = count % 8;
            double[] left = TestColumns.Values(random, count, 0.5);
            double[] right = TestColumns.Values(random, count, 0.5);
            double constant = TestColumns.Specials[random.Next(TestColumns.Specials.Length)];
            ColumnSource a = new(columns.Copy(left, misalignment));
            ColumnSource b = new(columns.Copy(right, 7 - misalignment));
            ulong[] mask = [.. Enumerable.Repeat(ulong.MaxValue, MaskKernel.WordCount(count))];
            fixed (ulong* m = mask)
            {
                MaskKernel.Run(test, a, b, m, count);
                Assert.Equal(ToMask([.. left.Zip(right, naive)]), mask);
                MaskKernel.RunPlain(test, a, b, m, 0, count);
                Assert.Equal(ToMask([.. left.Zip(right, naive)]), mask);
                MaskKernel.Run(test, a, new ConstantSource(constant), m, count);
                Assert.Equal(ToMask([.. left.Select(x => naive(x, constant))]), mask);
                MaskKernel.Run(test, new ConstantSource(constant), b, m, count);
                Assert.Equal(ToMask([.. right.Select(x => naive(constant, x))]), mask);
            }
        }
    }

    private static ulong[] ToMask(bool[] bits)
    {
        ulong[] mask = new ulong[MaskKernel.WordCount(bits.Length)];
        for (int i = 0; i < bits.Length; i++)
        {
            mask[i >> 6] |= (bits[i] ? 1UL : 0) << i;
        }

        return mask;
    }
}
