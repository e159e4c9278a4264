using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FastStream.Engine.Partitions.Aggregation.States;

/// <summary>
/// Counts of values in log-linear buckets: the top bits of the double, 128 buckets an octave, so that a bucket's
/// middle is within 2^-8 of each of its values. No logarithm is taken. Past <see cref="MaxBuckets"/> buckets in use
/// every two neighbours become one (the error doubles); the number of halvings depends only on the set of values,
/// so sketches merge in any order to the same bytes.
/// </summary>
/// <remarks>
/// A bucket is one u64: signed bucket number plus a bias in the top 20 bits, count in the lower 44 (enough for 10^9
/// records a second into one bucket for four hours). A sketch is the address of its block, 0 when it is empty.
/// SAFETY: blocks belong to the heap passed in, and a sketch is changed by its partition's thread only.
/// </remarks>
internal static unsafe class QuantileSketch
{
    /// <summary>Buckets kept at most: what fits a block of 16 KiB; 16 octaves at full resolution.</summary>
    public const int MaxBuckets = ((1 << MaxBlockLog2) - HeadBytes) / sizeof(ulong);

    private const int MaxBlockLog2 = 14;
    private const int MinBlockLog2 = 6;
    private const int HeadBytes = 32;
    private const int CountBits = 44;
    private const int MantissaBitsKept = 7;
    private const int DroppedBits = 52 - MantissaBitsKept;
    private const long FirstInfinite = 0x7FFL << MantissaBitsKept;
    private const long Bias = 1L << 19;
    private const ulong CountMask = (1UL << CountBits) - 1;

    /// <summary>The largest relative error of a quantile read from this sketch now.</summary>
    public static double RelativeError(SketchBlock* sketch)
    {
        double width = Math.ScaleB(1, (sketch == null ? 0 : sketch->Level) - MantissaBitsKept);
        return width / (2 + width);
    }

    /// <summary>Counts a value, which is not NaN; returns the sketch, which may have moved.</summary>
    public static SketchBlock* Add(SketchBlock* sketch, double value, PartitionHeap heap)
    {
        sketch = sketch == null ? Rent(MinBlockLog2, heap) : sketch;
        sketch->Total++;
        sketch->Min = Math.Min(sketch->Min, value);
        sketch->Max = Math.Max(sketch->Max, value);
        return AddBucket(sketch, NumberOf(value), 1, heap);
    }

    /// <summary>Adds another sketch, which stays as it is; returns the sketch, which may have moved.</summary>
    public static SketchBlock* Merge(SketchBlock* into, SketchBlock* from, PartitionHeap heap)
    {
        if (from == null)
        {
            return into;
        }

        into = into == null ? Rent(MinBlockLog2, heap) : into;
        while (into->Level < from->Level)
        {
            Halve(into);
        }

        into->Total += from->Total;
        into->Min = Math.Min(into->Min, from->Min);
        into->Max = Math.Max(into->Max, from->Max);
        ulong* buckets = Buckets(from);
        for (int i = 0; i < from->Count; i++)
        {
            // The bucket's number at level 0; AddBucket brings it to the level of the sketch.
            long number = (long)(buckets[i] >> CountBits) - Bias;
            into = AddBucket(into, number << from->Level, buckets[i] & CountMask, heap);
        }

        return into;
    }

    /// <summary>
    /// The value of rank ceil(q * n) among the n values counted, within <see cref="RelativeError"/>; NaN when empty.
    /// </summary>
    public static double Quantile(SketchBlock* sketch, double q)
    {
        if (sketch == null)
        {
            return double.NaN;
        }

        double total = sketch->Total;
        long rank = Math.Clamp((long)(total - Math.Floor(total - (q * total))), 1, sketch->Total);
        ulong* buckets = Buckets(sketch);
        for (int i = 0; i < sketch->Count; i++)
        {
            rank -= (long)(buckets[i] & CountMask);
            if (rank <= 0)
            {
                // No quantile lies outside the values; the zero added turns -0 into 0.
                double middle = MiddleOf((long)(buckets[i] >> CountBits) - Bias, sketch->Level);
                return Math.Clamp(middle, sketch->Min, sketch->Max) + 0.0;
            }
        }

        throw new InvalidOperationException("A sketch counts fewer values in its buckets than in all.");
    }

    /// <summary>Gives the block back.</summary>
    public static void Release(SketchBlock* sketch, PartitionHeap heap)
    {
        if (sketch != null)
        {
            heap.Return((byte*)sketch, sketch->BlockLog2);
        }
    }

    /// <summary>Writes level, total and buckets.</summary>
    public static void Write(SketchBlock* sketch, ByteSink sink)
    {
        sink.Append(sketch == null ? 0 : sketch->Count);
        if (sketch != null)
        {
            sink.Append((int)sketch->Level);
            sink.Append(sketch->Total);
            sink.Append(sketch->Min);
            sink.Append(sketch->Max);
            sink.Append((byte*)Buckets(sketch), sketch->Count * sizeof(ulong));
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static SketchBlock* Read(ref ByteSource source, PartitionHeap heap)
    {
        int count = source.Read<int>();
        if (count == 0)
        {
            return null;
        }

        int level = source.Read<int>();
        long total = source.Read<long>();
        double min = source.Read<double>();
        double max = source.Read<double>();
        if (count is < 0 or > MaxBuckets || level is < 0 or > 18 || total < count || !(min <= max))
        {
            throw new InvalidDataException($"A saved sketch has {count} buckets at level {level} for {total} values.");
        }

        ReadOnlySpan<ulong> buckets = MemoryMarshal.Cast<byte, ulong>(source.Take(count * sizeof(ulong)));
        RequireSound(buckets, level, total);
        SketchBlock* sketch = Rent(Math.Max(MinBlockLog2, PartitionHeap.Log2For(HeadBytes + (count * 8L))), heap);
        sketch->Count = count;
        sketch->Level = (short)level;
        sketch->Total = total;
        sketch->Min = min;
        sketch->Max = max;
        buckets.CopyTo(new Span<ulong>(Buckets(sketch), count));
        return sketch;
    }

    // What every later step relies on: buckets rise, none is empty, their counts add up, their numbers are ones that
    // values have at this level.
    private static void RequireSound(ReadOnlySpan<ulong> buckets, int level, long total)
    {
        long most = FirstInfinite >> level;
        ulong before = 0;
        long sum = 0;
        foreach (ulong bucket in buckets)
        {
            ulong number = bucket >> CountBits;
            ulong count = bucket & CountMask;
            if (count == 0 || (sum > 0 && number <= before) || Math.Abs((long)number - Bias) > most)
            {
                throw new InvalidDataException(
                    $"A saved sketch has an impossible bucket {bucket:x16} at level {level}.");
            }

            before = number;
            sum += (long)count;
        }

        if (sum != total)
        {
            throw new InvalidDataException($"A saved sketch counts {sum} values in its buckets and {total} in all.");
        }
    }

    /// <summary>Number of the value's bucket at level 0: its magnitude's top bits, with its sign.</summary>
    internal static long NumberOf(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        long magnitude = (bits & long.MaxValue) >> DroppedBits;
        return bits < 0 ? -magnitude : magnitude;
    }

    private static ulong* Buckets(SketchBlock* sketch) => (ulong*)((byte*)sketch + HeadBytes);

    private static SketchBlock* Rent(int log2, PartitionHeap heap)
    {
        SketchBlock* sketch = (SketchBlock*)heap.Rent(log2);
        *sketch = new SketchBlock
        {
            BlockLog2 = (short)log2,
            Min = double.PositiveInfinity,
            Max = double.NegativeInfinity,
        };
        return sketch;
    }

    private static SketchBlock* AddBucket(SketchBlock* sketch, long numberAtZero, ulong count, PartitionHeap heap)
    {
        while (true)
        {
            ulong wanted = (ulong)(AtLevel(numberAtZero, sketch->Level) + Bias) << CountBits;
            ulong* buckets = Buckets(sketch);
            int at = LowerBound(buckets, sketch->Count, wanted);
            if (at < sketch->Count && ((buckets[at] ^ wanted) >> CountBits) == 0)
            {
                buckets[at] += count;
                return sketch;
            }

            if (sketch->Count == MaxBuckets)
            {
                Halve(sketch);
                continue;
            }

            if (sketch->Count == ((1 << sketch->BlockLog2) - HeadBytes) / sizeof(ulong))
            {
                sketch = Grow(sketch, heap);
                buckets = Buckets(sketch);
            }

            int after = (sketch->Count - at) * sizeof(ulong);
            Buffer.MemoryCopy(buckets + at, buckets + at + 1, after, after);
            buckets[at] = wanted + count;
            sketch->Count++;
            return sketch;
        }
    }

    // First bucket whose number is not below the wanted one; no branch on the data.
    private static int LowerBound(ulong* buckets, int count, ulong wanted)
    {
        ulong* from = buckets;
        while (count > 1)
        {
            int half = count >> 1;
            from += half * (from[half - 1] < wanted ? 1 : 0);
            count -= half;
        }

        return (int)(from - buckets) + (count == 1 && *from < wanted ? 1 : 0);
    }

    private static SketchBlock* Grow(SketchBlock* sketch, PartitionHeap heap)
    {
        SketchBlock* larger = Rent(sketch->BlockLog2 + 1, heap);
        (larger->Count, larger->Level, larger->Total) = (sketch->Count, sketch->Level, sketch->Total);
        (larger->Min, larger->Max) = (sketch->Min, sketch->Max);
        int bytes = sketch->Count * sizeof(ulong);
        Buffer.MemoryCopy(Buckets(sketch), Buckets(larger), bytes, bytes);
        heap.Return((byte*)sketch, sketch->BlockLog2);
        return larger;
    }

    private static void Halve(SketchBlock* sketch)
    {
        ulong* buckets = Buckets(sketch);
        int kept = 0;
        for (int i = 0; i < sketch->Count; i++)
        {
            long number = AtLevel((long)(buckets[i] >> CountBits) - Bias, 1);
            ulong head = (ulong)(number + Bias) << CountBits;
            ulong count = buckets[i] & CountMask;
            if (kept > 0 && ((buckets[kept - 1] ^ head) >> CountBits) == 0)
            {
                buckets[kept - 1] += count;
            }
            else
            {
                buckets[kept++] = head | count;
            }
        }

        Debug.Assert(kept <= sketch->Count);
        sketch->Count = kept;
        sketch->Level++;
    }

    // Halving goes by magnitude, so that both signs lose the same resolution.
    private static long AtLevel(long number, int level) => number < 0 ? -(-number >> level) : number >> level;

    // The value whose largest relative distance to the bucket's ends is smallest: 2 low high / (low + high).
    private static double MiddleOf(long number, int level)
    {
        long magnitude = Math.Abs(number);
        if (magnitude == 0)
        {
            return 0;
        }

        double low = BitConverter.Int64BitsToDouble(magnitude << level << DroppedBits);
        long next = Math.Min((magnitude + 1) << level, FirstInfinite);
        double high = next == FirstInfinite ? double.MaxValue : BitConverter.Int64BitsToDouble(next << DroppedBits);
        double middle = double.IsFinite(low) ? low * (2 / (1 + (low / high))) : low;
        return number < 0 ? -middle : middle;
    }
}
