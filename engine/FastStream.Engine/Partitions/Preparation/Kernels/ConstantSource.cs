using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastStream.Engine.Partitions.Preparation.Kernels;

/// <summary>The same value for every row.</summary>
internal readonly struct ConstantSource : IColumnSource
{
    private readonly double _value;

    public ConstantSource(double value) => _value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Load(int index) => _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> Load256(int index) => Vector256.Create(_value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<double> Load512(int index) => Vector512.Create(_value);
}
