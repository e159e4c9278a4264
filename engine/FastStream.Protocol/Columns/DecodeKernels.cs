using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastStream.Protocol.Columns;

/// <summary>
/// Turns encoded columns into plain ones. The loops use the widest vector of <see cref="Vector{T}"/>; what is left at
/// the end, and CPUs without vectors, go through the plain twin. Every value is computed alone, so both give the
/// same bits.
/// </summary>
internal static class DecodeKernels
{
    /// <summary>This number in a scaled or decimal column stands for an absent value.</summary>
    public const int AbsentI32 = int.MinValue;

    // SAFETY of all kernels: loads and stores are by element offset and stay below source.Length, which is the length
    // that target is sliced to first.
    public static void WidenIds(ReadOnlySpan<ushort> source, Span<uint> target)
    {
        target = target[..source.Length];
        ref ushort from = ref MemoryMarshal.GetReference(source);
        ref uint to = ref MemoryMarshal.GetReference(target);
        int index = 0;
        if (Vector.IsHardwareAccelerated)
        {
            for (; index <= source.Length - Vector<ushort>.Count; index += Vector<ushort>.Count)
            {
                Vector.Widen(Vector.LoadUnsafe(ref from, (nuint)index), out Vector<uint> low, out Vector<uint> high);
                low.StoreUnsafe(ref to, (nuint)index);
                high.StoreUnsafe(ref to, (nuint)(index + Vector<uint>.Count));
            }
        }

        WidenIdsPlain(source[index..], target[index..]);
    }

    public static void AddDeltas(ReadOnlySpan<uint> source, long first, Span<long> target)
    {
        target = target[..source.Length];
        ref uint from = ref MemoryMarshal.GetReference(source);
        ref long to = ref MemoryMarshal.GetReference(target);
        int index = 0;
        if (Vector.IsHardwareAccelerated)
        {
            Vector<long> firsts = new(first);
            for (; index <= source.Length - Vector<uint>.Count; index += Vector<uint>.Count)
            {
                Vector.Widen(Vector.LoadUnsafe(ref from, (nuint)index), out Vector<ulong> low, out Vector<ulong> high);
                (low.As<ulong, long>() + firsts).StoreUnsafe(ref to, (nuint)index);
                (high.As<ulong, long>() + firsts).StoreUnsafe(ref to, (nuint)(index + Vector<long>.Count));
            }
        }

        AddDeltasPlain(source[index..], first, target[index..]);
    }

    public static void WidenF32(ReadOnlySpan<float> source, Span<double> target)
    {
        target = target[..source.Length];
        ref float from = ref MemoryMarshal.GetReference(source);
        ref double to = ref MemoryMarshal.GetReference(target);
        int index = 0;
        if (Vector.IsHardwareAccelerated)
        {
            for (; index <= source.Length - Vector<float>.Count; index += Vector<float>.Count)
            {
                Vector.Widen(
                    Vector.LoadUnsafe(ref from, (nuint)index), out Vector<double> low, out Vector<double> high);
                low.StoreUnsafe(ref to, (nuint)index);
                high.StoreUnsafe(ref to, (nuint)(index + Vector<double>.Count));
            }
        }

        WidenF32Plain(source[index..], target[index..]);
    }

    public static void Scale(ReadOnlySpan<int> source, double scale, double offset, Span<double> target)
    {
        target = target[..source.Length];
        ref int from = ref MemoryMarshal.GetReference(source);
        ref double to = ref MemoryMarshal.GetReference(target);
        int index = 0;
        if (Vector.IsHardwareAccelerated)
        {
            Vector<double> scales = new(scale);
            Vector<double> offsets = new(offset);
            for (; index <= source.Length - Vector<int>.Count; index += Vector<int>.Count)
            {
                // Two operations, each rounded: .NET never fuses them into one.
                Vector.Widen(Vector.LoadUnsafe(ref from, (nuint)index), out Vector<long> low, out Vector<long> high);
                OrAbsent(low, (Vector.ConvertToDouble(low) * scales) + offsets).StoreUnsafe(ref to, (nuint)index);
                OrAbsent(high, (Vector.ConvertToDouble(high) * scales) + offsets)
                    .StoreUnsafe(ref to, (nuint)(index + Vector<double>.Count));
            }
        }

        ScalePlain(source[index..], scale, offset, target[index..]);
    }

    public static void Divide(ReadOnlySpan<int> source, double divisor, Span<double> target)
    {
        target = target[..source.Length];
        ref int from = ref MemoryMarshal.GetReference(source);
        ref double to = ref MemoryMarshal.GetReference(target);
        int index = 0;
        if (Vector.IsHardwareAccelerated)
        {
            Vector<double> divisors = new(divisor);
            for (; index <= source.Length - Vector<int>.Count; index += Vector<int>.Count)
            {
                Vector.Widen(Vector.LoadUnsafe(ref from, (nuint)index), out Vector<long> low, out Vector<long> high);
                OrAbsent(low, Vector.ConvertToDouble(low) / divisors).StoreUnsafe(ref to, (nuint)index);
                OrAbsent(high, Vector.ConvertToDouble(high) / divisors)
                    .StoreUnsafe(ref to, (nuint)(index + Vector<double>.Count));
            }
        }

        DividePlain(source[index..], divisor, target[index..]);
    }

    public static void WidenIdsPlain(ReadOnlySpan<ushort> source, Span<uint> target)
    {
        for (int index = 0; index < source.Length; index++)
        {
            target[index] = source[index];
        }
    }

    public static void AddDeltasPlain(ReadOnlySpan<uint> source, long first, Span<long> target)
    {
        for (int index = 0; index < source.Length; index++)
        {
            target[index] = first + source[index];
        }
    }

    public static void WidenF32Plain(ReadOnlySpan<float> source, Span<double> target)
    {
        for (int index = 0; index < source.Length; index++)
        {
            target[index] = source[index];
        }
    }

    public static void ScalePlain(ReadOnlySpan<int> source, double scale, double offset, Span<double> target)
    {
        for (int index = 0; index < source.Length; index++)
        {
            double product = source[index] * scale;
            target[index] = source[index] == AbsentI32 ? double.NaN : product + offset;
        }
    }

    public static void DividePlain(ReadOnlySpan<int> source, double divisor, Span<double> target)
    {
        for (int index = 0; index < source.Length; index++)
        {
            target[index] = source[index] == AbsentI32 ? double.NaN : source[index] / divisor;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<double> OrAbsent(Vector<long> numbers, Vector<double> values) =>
        Vector.ConditionalSelect(
            Vector.Equals(numbers, new Vector<long>(AbsentI32)), new Vector<double>(double.NaN), values);
}
