using System.Numerics;
using System.Runtime.InteropServices;

namespace FastStream.Protocol.Columns;

/// <summary>
/// Writes columns in fewer bytes. A Try kernel computes each value back and gives up at the first that differs in a
/// bit, so what it accepts is exact. NaN means absent and need only come back as NaN.
/// </summary>
internal static class EncodeKernels
{
    // SAFETY of all kernels: loads and stores are by element offset and stay below source.Length, which is the length
    // that target is sliced to first.
    public static void NarrowIds(ReadOnlySpan<uint> source, Span<ushort> target)
    {
        target = target[..source.Length];
        ref uint from = ref MemoryMarshal.GetReference(source);
        ref ushort to = ref MemoryMarshal.GetReference(target);
        int index = 0;
        if (Vector.IsHardwareAccelerated)
        {
            for (; index <= source.Length - Vector<ushort>.Count; index += Vector<ushort>.Count)
            {
                Vector<uint> low = Vector.LoadUnsafe(ref from, (nuint)index);
                Vector<uint> high = Vector.LoadUnsafe(ref from, (nuint)(index + Vector<uint>.Count));
                Vector.Narrow(low, high).StoreUnsafe(ref to, (nuint)index);
            }
        }

        NarrowIdsPlain(source[index..], target[index..]);
    }

    /// <summary>The caller has seen that no time is further than 2^32 - 1 above the first.</summary>
    public static void Subtract(ReadOnlySpan<long> source, long first, Span<uint> target)
    {
        target = target[..source.Length];
        ref long from = ref MemoryMarshal.GetReference(source);
        ref uint to = ref MemoryMarshal.GetReference(target);
        int index = 0;
        if (Vector.IsHardwareAccelerated)
        {
            Vector<long> firsts = new(first);
            for (; index <= source.Length - Vector<uint>.Count; index += Vector<uint>.Count)
            {
                Vector<long> low = Vector.LoadUnsafe(ref from, (nuint)index) - firsts;
                Vector<long> high = Vector.LoadUnsafe(ref from, (nuint)(index + Vector<long>.Count)) - firsts;
                Vector.Narrow(low.As<long, ulong>(), high.As<long, ulong>()).StoreUnsafe(ref to, (nuint)index);
            }
        }

        SubtractPlain(source[index..], first, target[index..]);
    }

    public static bool TryNarrowF32(ReadOnlySpan<double> source, Span<float> target)
    {
        target = target[..source.Length];
        ref double from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(target);
        int index = 0;
        if (Vector.IsHardwareAccelerated)
        {
            for (; index <= source.Length - Vector<float>.Count; index += Vector<float>.Count)
            {
                Vector<double> low = Vector.LoadUnsafe(ref from, (nuint)index);
                Vector<double> high = Vector.LoadUnsafe(ref from, (nuint)(index + Vector<double>.Count));
                Vector<float> narrow = Vector.Narrow(low, high);
                Vector.Widen(narrow, out Vector<double> lowBack, out Vector<double> highBack);
                if (!AllSame(low, lowBack) || !AllSame(high, highBack))
                {
                    return false;
                }

                narrow.StoreUnsafe(ref to, (nuint)index);
            }
        }

        return TryNarrowF32Plain(source[index..], target[index..]);
    }

    /// <summary>Each value as a whole number over the divisor: 1 for whole numbers, 100 for two decimals.</summary>
    public static bool TryDecimal(ReadOnlySpan<double> source, double divisor, Span<int> target)
    {
        target = target[..source.Length];
        ref double from = ref MemoryMarshal.GetReference(source);
        ref int to = ref MemoryMarshal.GetReference(target);
        int index = 0;
        if (Vector.IsHardwareAccelerated)
        {
            for (; index <= source.Length - Vector<int>.Count; index += Vector<int>.Count)
            {
                Vector<double> low = Vector.LoadUnsafe(ref from, (nuint)index);
                Vector<double> high = Vector.LoadUnsafe(ref from, (nuint)(index + Vector<double>.Count));
                if (!TryDecimal(low, divisor, out Vector<long> lowNumbers)
                    || !TryDecimal(high, divisor, out Vector<long> highNumbers))
                {
                    return false;
                }

                Vector.Narrow(lowNumbers, highNumbers).StoreUnsafe(ref to, (nuint)index);
            }
        }

        return TryDecimalPlain(source[index..], divisor, target[index..]);
    }

    public static void NarrowIdsPlain(ReadOnlySpan<uint> source, Span<ushort> target)
    {
        for (int index = 0; index < source.Length; index++)
        {
            target[index] = (ushort)source[index];
        }
    }

    public static void SubtractPlain(ReadOnlySpan<long> source, long first, Span<uint> target)
    {
        for (int index = 0; index < source.Length; index++)
        {
            target[index] = (uint)(source[index] - first);
        }
    }

    public static bool TryNarrowF32Plain(ReadOnlySpan<double> source, Span<float> target)
    {
        for (int index = 0; index < source.Length; index++)
        {
            target[index] = (float)source[index];
            if (!IsSame(source[index], target[index]))
            {
                return false;
            }
        }

        return true;
    }

    public static bool TryDecimalPlain(ReadOnlySpan<double> source, double divisor, Span<int> target)
    {
        for (int index = 0; index < source.Length; index++)
        {
            double value = source[index];
            double number = Math.Round(value * divisor);
            if (double.IsNaN(value))
            {
                target[index] = DecodeKernels.AbsentI32;
                continue;
            }

            if (!(Math.Abs(number) <= int.MaxValue))
            {
                return false;
            }

            target[index] = (int)number;
            if (!IsSame(value, target[index] / divisor))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryDecimal(Vector<double> values, double divisor, out Vector<long> numbers)
    {
        Vector<long> absent = ~Vector.Equals(values, values);
        Vector<double> rounded = Vector.Round(values * new Vector<double>(divisor));
        Vector<long> inRange = Vector.LessThanOrEqual(Vector.Abs(rounded), new Vector<double>(int.MaxValue));
        numbers = Vector.ConvertToInt64(rounded);
        Vector<double> back = Vector.ConvertToDouble(numbers) / new Vector<double>(divisor);
        Vector<long> same = Vector.Equals(values.As<double, long>(), back.As<double, long>())
            & inRange;
        numbers = Vector.ConditionalSelect(absent, new Vector<long>(DecodeKernels.AbsentI32), numbers);
        return (same | absent) == Vector<long>.AllBitsSet;
    }

    private static bool AllSame(Vector<double> values, Vector<double> back)
    {
        Vector<long> same = Vector.Equals(values.As<double, long>(), back.As<double, long>());
        Vector<long> absent = ~Vector.Equals(values, values);
        return (same | absent) == Vector<long>.AllBitsSet;
    }

    private static bool IsSame(double value, double back) =>
        BitConverter.DoubleToInt64Bits(value) == BitConverter.DoubleToInt64Bits(back) || double.IsNaN(value);
}
