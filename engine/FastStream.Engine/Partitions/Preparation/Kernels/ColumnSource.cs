using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastStream.Engine.Partitions.Preparation.Kernels;

/// <summary>Values in memory. SAFETY: the kernel's caller promises as many as it asks it to read.</summary>
internal readonly unsafe struct ColumnSource : IColumnSource
{
    private readonly double* _values;

    public ColumnSource(double* values) => _values = values;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Load(int index) => _values[index];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> Load256(int index) => Vector256.Load(_values + index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<double> Load512(int index) => Vector512.Load(_values + index);
}
