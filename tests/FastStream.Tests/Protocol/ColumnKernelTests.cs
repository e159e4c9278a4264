using System.Runtime.InteropServices;
using FastStream.Protocol.Columns;

namespace FastStream.Tests.Protocol;

/// <summary>
/// Goal: each vector kernel gives the bits of its plain twin and of a naive loop, at every length from 0 to four
/// vectors and one, at every misalignment, with the awkward values of IEEE 754 at every place.
/// </summary>
public sealed class ColumnKernelTests
{
    // Four vectors of the narrowest element (16 bits in 512 bits) and one.
    private const int MaxLength = (4 * 32) + 1;

    private static readonly double[] s_awkward =
    [
        double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, double.Epsilon, double.MaxValue, 1e-310,
        int.MaxValue, int.MinValue, int.MaxValue + 1.0, 0.1, 2.5, 0.5,
    ];

    public static TheoryData<int> Misalignments => [0, 1, 3, 7];

    [Theory]
    [MemberData(nameof(Misalignments))]
    public void IdsAreWidenedAndNarrowed(int shift)
    {
        Random random = new(1);
        ForEachLength(shift, length =>
        {
            ushort[] source = Fill(shift + length, _ => (ushort)random.Next(65_536));
            uint[] wide = new uint[length];
            DecodeKernels.WidenIds(source.AsSpan(shift), wide);
            Assert.Equal(source.Skip(shift).Select(id => (uint)id), wide);

            ushort[] narrow = new ushort[length];
            EncodeKernels.NarrowIds(wide, narrow);
            Assert.Equal(source.Skip(shift), narrow);
        });
    }

    [Theory]
    [MemberData(nameof(Misalignments))]
    public void DeltasAreAddedAndSubtracted(int shift)
    {
        Random random = new(2);
        ForEachLength(shift, length =>
        {
            uint[] source = Fill(shift + length, index => index % 5 == 0 ? uint.MaxValue : (uint)random.NextInt64());
            foreach (long first in new[] { 0, -1, long.MinValue, long.MaxValue - uint.MaxValue })
            {
                long[] times = new long[length];
                DecodeKernels.AddDeltas(source.AsSpan(shift), first, times);
                Assert.Equal(source.Skip(shift).Select(delta => first + delta), times);

                uint[] deltas = new uint[length];
                EncodeKernels.Subtract(times, first, deltas);
                Assert.Equal(source.Skip(shift), deltas);
            }
        });
    }

    [Theory]
    [MemberData(nameof(Misalignments))]
    public void FloatsAreWidenedExactly(int shift)
    {
        Random random = new(3);
        ForEachLength(shift, length =>
        {
            float[] source = Fill(shift + length, index => index % 3 == 0
                ? (float)s_awkward[index % s_awkward.Length] : random.NextSingle());
            double[] wide = new double[length];
            DecodeKernels.WidenF32(source.AsSpan(shift), wide);
            Assert.Equal(Bits([.. source.Skip(shift).Select(value => (double)value)]), Bits(wide));
        });
    }

    [Theory]
    [MemberData(nameof(Misalignments))]
    public void NumbersAreScaledWithTwoRoundingsAndDivided(int shift)
    {
        Random random = new(4);
        ForEachLength(shift, length =>
        {
            int[] source = Fill(shift + length, index => index % 7 == 3 ? int.MinValue : (int)random.NextInt64());
            double[] actual = new double[length];
            double[] plain = new double[length];
            DecodeKernels.Scale(source.AsSpan(shift), 0.1, 1e-3, actual);
            DecodeKernels.ScalePlain(source.AsSpan(shift), 0.1, 1e-3, plain);
            Assert.Equal(Bits(plain), Bits(actual));
            Assert.Equal(Bits([.. source.Skip(shift).Select(Scaled)]), Bits(actual));

            DecodeKernels.Divide(source.AsSpan(shift), 100, actual);
            DecodeKernels.DividePlain(source.AsSpan(shift), 100, plain);
            Assert.Equal(Bits(plain), Bits(actual));
            Assert.Equal(
                Bits([.. source.Skip(shift).Select(n => n == int.MinValue ? double.NaN : n / 100.0)]), Bits(actual));
        });

        static double Scaled(int number)
        {
            double product = number * 0.1;
            return number == int.MinValue ? double.NaN : product + 1e-3;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(1_000_000)]
    public void DecimalsAreTakenOnlyWhenEachComesBackExactly(double divisor)
    {
        Random random = new(5);
        for (int length = 0; length <= MaxLength; length++)
        {
            double[] good = Fill(length, index => index % 4 == 1 ? double.NaN : random.Next(-999, 999) / divisor);
            int[] numbers = new int[length];
            Assert.True(EncodeKernels.TryDecimal(good, divisor, numbers));
            int[] plain = new int[length];
            Assert.True(EncodeKernels.TryDecimalPlain(good, divisor, plain));
            Assert.Equal(plain, numbers);
            double[] back = new double[length];
            DecodeKernels.Divide(numbers, divisor, back);
            Assert.Equal(Bits(good), Bits(back));
            for (int place = 0; place < length; place++)
            {
                double[] bad = [.. good];
                bad[place] = s_awkward[(place + length) % s_awkward.Length];
                Assert.Equal(
                    EncodeKernels.TryDecimalPlain(bad, divisor, plain),
                    EncodeKernels.TryDecimal(bad, divisor, numbers));
            }
        }
    }

    [Theory]
    [InlineData(0.1, 1)]
    [InlineData(-0.0, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(2_147_483_648.0, 1)]
    [InlineData(-2_147_483_648.0, 1)]
    [InlineData(0.123, 100)]
    [InlineData(1e300, 1_000_000)]
    public void ADecimalThatCannotComeBackIsRefusedAtEveryPlace(double value, double divisor)
    {
        int[] numbers = new int[MaxLength];
        for (int place = 0; place < MaxLength; place++)
        {
            double[] values = new double[MaxLength];
            values[place] = value;
            Assert.False(EncodeKernels.TryDecimal(values, divisor, numbers));
            Assert.False(EncodeKernels.TryDecimalPlain(values, divisor, numbers));
        }
    }

    [Fact]
    public void FloatsAreNarrowedOnlyWhenEachComesBackExactly()
    {
        float[] narrow = new float[MaxLength];
        for (int place = 0; place < MaxLength; place++)
        {
            foreach (double value in s_awkward)
            {
                double[] values = Fill(MaxLength, index => index * 0.5);
                values[place] = value;
                bool expected = double.IsNaN(value) || BitConverter.DoubleToInt64Bits((float)value)
                    == BitConverter.DoubleToInt64Bits(value);
                Assert.Equal(expected, EncodeKernels.TryNarrowF32(values, narrow));
                Assert.Equal(expected, EncodeKernels.TryNarrowF32Plain(values, narrow));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Misalignments))]
    public void TheLargestIdIsFound(int shift)
    {
        Random random = new(6);
        ForEachLength(shift, length =>
        {
            uint[] ids = Fill(shift + length, _ => (uint)random.NextInt64());
            Assert.Equal(ids.Skip(shift).DefaultIfEmpty(0u).Max(), ScanKernels.Max(ids.AsSpan(shift)));
        });
    }

    [Fact]
    public void BoundsAndOrderOfTimesAreFoundAtEveryPlace()
    {
        for (int length = 1; length <= MaxLength; length++)
        {
            for (int place = -1; place < length; place++)
            {
                long[] times = Fill(length, index => (long)(index / 2));
                if (place >= 0)
                {
                    times[place] = place % 2 == 0 ? long.MinValue : long.MaxValue;
                }

                ScanKernels.Times(times, out long min, out long max, out bool ascending);
                Assert.Equal(times.Min(), min);
                Assert.Equal(times.Max(), max);
                Assert.Equal(times.Zip(times.Skip(1)).All(pair => pair.First <= pair.Second), ascending);
            }
        }
    }

    private static void ForEachLength(int shift, Action<int> check)
    {
        for (int length = shift == 0 ? 0 : 1; length <= MaxLength; length++)
        {
            check(length);
        }
    }

    private static T[] Fill<T>(int length, Func<int, T> value) => [.. Enumerable.Range(0, length).Select(value)];

    private static long[] Bits(double[] values) => MemoryMarshal.Cast<double, long>(values).ToArray();
}
