using FastStream.Engine.Partitions.Preparation.Kernels;

namespace FastStream.Tests.Partitions.Preparation.Kernels;

/// <summary>
/// Goal: vector and plain arithmetic give the bits of the naive loop. Method: every length up to four vectors and one,
/// every misalignment, special values in every place, columns and constants on either side.
/// </summary>
public unsafe class ColumnKernelTests
{
    private const int MaxCount = 33;

    [Fact]
    public void AdditionHasTheBitsOfTheNaiveLoop() => Check(new ColumnOperations.Add(), (a, b) => a + b);

    [Fact]
    public void SubtractionHasTheBitsOfTheNaiveLoop() => Check(new ColumnOperations.Subtract(), (a, b) => a - b);

    [Fact]
    public void MultiplicationHasTheBitsOfTheNaiveLoop() => Check(new ColumnOperations.Multiply(), (a, b) => a * b);

    [Fact]
    public void DivisionHasTheBitsOfTheNaiveLoop() => Check(new ColumnOperations.Divide(), (a, b) => a / b);

    [Fact]
    public void CopyHasTheBitsOfTheNaiveLoop() => Check(new ColumnOperations.Copy(), (a, _) => a);

    [Fact]
    public void ScaleRoundsTwiceAndIsNeverContracted()
    {
        Check(new ColumnOperations.Scale(0.1, -273.15), (a, _) =>
        {
            double product = a * 0.1;
            return product + -273.15;
        });

        // 0.1 * 10 rounds to 1 exactly; one fused step would leave 5.55e-17.
        double[] values = [.. Enumerable.Repeat(10.0, 17)];
        using TestColumns columns = new();
        double* target = columns.Allocate<double>(values.Length);
        ColumnKernel.Run(
            new ColumnOperations.Scale(0.1, -1), new ColumnSource(columns.Copy(values)), new ConstantSource(0), target,
            17);
        Assert.All(new Span<double>(target, 17).ToArray(), v => Assert.Equal(0.0, v));
    }

    private static void Check<TOperation>(TOperation operation, Func<double, double, double> naive)
        where TOperation : struct, IColumnOperation
    {
        Random random = new(7);
        for (int count = 0; count <= MaxCount; count++)
        {
            for (int misalignment = 0; misalignment < 8; misalignment++)
            {
                using TestColumns columns = new();
                double[] left = TestColumns.Values(random, count, 0.5);
                double[] right = TestColumns.Values(random, count, 0.5);
                double constant = TestColumns.Specials[random.Next(TestColumns.Specials.Length)];
                double* leftColumn = columns.Copy(left, misalignment);
                ColumnSource a = new(leftColumn);
                ColumnSource b = new(columns.Copy(right, 7 - misalignment));
                ConstantSource c = new(constant);
                double[] target = new double[count + 1];
                fixed (double* t = target)
                {
                    target[count] = 42;
                    ColumnKernel.Run(operation, a, b, t, count);
                    AssertSame(left, right, naive, target);
                    ColumnKernel.RunPlain(operation, a, b, t, 0, count);
                    AssertSame(left, right, naive, target);
                    ColumnKernel.Run(operation, a, c, t, count);
                    AssertSame(left, Enumerable.Repeat(constant, count), naive, target);
                    ColumnKernel.Run(operation, c, b, t, count);
                    AssertSame(Enumerable.Repeat(constant, count), right, naive, target);
                    Assert.Equal(42, target[count]);
                }

                ColumnKernel.Run(operation, a, b, leftColumn, count);
                AssertSame(left, right, naive, [.. new Span<double>(leftColumn, count), 0]);
            }
        }
    }

    private static void AssertSame(
        IEnumerable<double> left, IEnumerable<double> right, Func<double, double, double> naive, double[] actual)
    {
        int i = 0;
        foreach ((double a, double b) in left.Zip(right))
        {
            double value = naive(a, b);
            long expected = BitConverter.DoubleToInt64Bits(double.IsFinite(value) ? value : double.NaN);
            Assert.Equal(expected, BitConverter.DoubleToInt64Bits(actual[i++]));
        }
    }
}
