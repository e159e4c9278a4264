using System.Runtime.InteropServices;

namespace FastStream.Tests.Partitions.Preparation;

/// <summary>Memory for columns at chosen places, and the values that break careless arithmetic.</summary>
internal sealed unsafe class TestColumns : IDisposable
{
    private readonly List<nint> _blocks = [];

    public static double[] Specials { get; } =
    [
        double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0.0, -0.0, 1, -1, 0.1, double.Epsilon,
        -double.Epsilon, double.MaxValue, double.MinValue, 1e-310, 1e300, -1e300,
        BitConverter.UInt64BitsToDouble(0x7FF0_0000_0000_0001),
    ];

    /// <summary>A mixture of small whole numbers and specials.</summary>
    public static double[] Values(Random random, int count, double specialShare)
    {
        double[] values = new double[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = random.NextDouble() < specialShare
                ? Specials[random.Next(Specials.Length)]
                : random.Next(-5, 6);
        }

        return values;
    }

    /// <summary>A copy that starts so many values behind a 64-byte boundary.</summary>
    public double* Copy(ReadOnlySpan<double> values, int misalignment = 0)
    {
        double* block = Allocate<double>(values.Length + misalignment + 8);
        values.CopyTo(new Span<double>(block + misalignment, values.Length));
        return block + misalignment;
    }

    public T* Allocate<T>(int count)
        where T : unmanaged
    {
        T* block = (T*)NativeMemory.AlignedAlloc((nuint)(int.Max(count, 1) * sizeof(T)), 64);
        _blocks.Add((nint)block);
        return block;
    }

    public void Dispose()
    {
        foreach (nint block in _blocks)
        {
            NativeMemory.AlignedFree((void*)block);
        }

        _blocks.Clear();
    }
}
