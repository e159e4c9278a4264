using System.Runtime.InteropServices;
using FastStream.Engine.Partitions.Aggregation.States;

namespace FastStream.Tests.Partitions.Aggregation.States;

/// <summary>Goal: however a machine adds a value to a cell, every bit of the cell is the same.</summary>
public unsafe class FieldCellTests
{
    private static readonly double[] s_special =
        [0.0, -0.0, double.Epsilon, -double.Epsilon, double.MaxValue, double.MinValue, 1e-310, 1, -1];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AValueAddedToFourNumbersAtOnceGivesTheBitsOfPairs(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 200; round++)
        {
            FieldCell four = default;
            FieldCell.Init(&four, 7);
            four.Pivot = Next(random, round);
            FieldCell two = four;
            for (int i = 0; i < 100; i++)
            {
                double value = Next(random, round);
                FieldCell.Add<WithMoments>(&four, value);
                FieldCell.AddByTwo<WithMoments>(&two, value);
                Assert.Equal(BitsOf(&two), BitsOf(&four));
            }
        }
    }

    private static double Next(Random random, int round) => random.Next(8) < round % 8
        ? s_special[random.Next(s_special.Length)]
        : (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-20, 20));

    private static ulong[] BitsOf(FieldCell* cell) =>
        MemoryMarshal.Cast<FieldCell, ulong>(new ReadOnlySpan<FieldCell>(cell, 1)).ToArray();
}
