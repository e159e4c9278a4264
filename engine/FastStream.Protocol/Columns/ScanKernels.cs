using System.Numerics;
using System.Runtime.InteropServices;

namespace FastStream.Protocol.Columns;

/// <summary>Looks through a column once: bounds and order. Each has a plain twin that also takes the rest.</summary>
internal static class ScanKernels
{
    // SAFETY of all kernels: loads are by element offset and end at or before source.Length.
    public static uint Max(ReadOnlySpan<uint> source)
    {
        uint max = 0;
        int index = 0;
        if (Vector.IsHardwareAccelerated && source.Length >= Vector<uint>.Count)
        {
            ref uint from = ref MemoryMarshal.GetReference(source);
            Vector<uint> maxima = Vector<uint>.Zero;
            for (; index <= source.Length - Vector<uint>.Count; index += Vector<uint>.Count)
            {
                maxima = Vector.Max(maxima, Vector.LoadUnsafe(ref from, (nuint)index));
            }

            for (int lane = 0; lane < Vector<uint>.Count; lane++)
            {
                max = Math.Max(max, maxima[lane]);
            }
        }

        return Math.Max(max, MaxPlain(source[index..]));
    }

    /// <summary>Smallest and largest time, and whether none is below the one before it.</summary>
    public static void Times(ReadOnlySpan<long> source, out long min, out long max, out bool ascending)
    {
        min = long.MaxValue;
        max = long.MinValue;
        ascending = true;
        int index = 0;

        // Element i is compared with element i + 1, so a step needs one element beyond its vector.
        if (Vector.IsHardwareAccelerated && source.Length > Vector<long>.Count)
        {
            ref long from = ref MemoryMarshal.GetReference(source);
            Vector<long> minima = new(long.MaxValue);
            Vector<long> maxima = new(long.MinValue);
            Vector<long> descents = Vector<long>.Zero;
            for (; index < source.Length - Vector<long>.Count; index += Vector<long>.Count)
            {
                Vector<long> times = Vector.LoadUnsafe(ref from, (nuint)index);
                Vector<long> next = Vector.LoadUnsafe(ref from, (nuint)(index + 1));
                minima = Vector.Min(minima, times);
                maxima = Vector.Max(maxima, times);
                descents |= Vector.GreaterThan(times, next);
            }

            ascending = descents == Vector<long>.Zero;
            for (int lane = 0; lane < Vector<long>.Count; lane++)
            {
                min = Math.Min(min, minima[lane]);
                max = Math.Max(max, maxima[lane]);
            }
        }

        TimesPlain(source[index..], out long restMin, out long restMax, out bool restAscending);
        min = Math.Min(min, restMin);
        max = Math.Max(max, restMax);
        ascending &= restAscending;
    }

    public static uint MaxPlain(ReadOnlySpan<uint> source)
    {
        uint max = 0;
        foreach (uint value in source)
        {
            max = Math.Max(max, value);
        }

        return max;
    }

    public static void TimesPlain(ReadOnlySpan<long> source, out long min, out long max, out bool ascending)
    {
        min = long.MaxValue;
        max = long.MinValue;
        ascending = true;
        long previous = long.MinValue;
        foreach (long time in source)
        {
            min = Math.Min(min, time);
            max = Math.Max(max, time);
            ascending &= time >= previous;
            previous = time;
        }
    }
}
