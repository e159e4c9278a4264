using System.Numerics;

namespace FastStream.Engine.Monitoring;

/// <summary>
/// Counts of values by size, for percentiles: buckets are linear inside each power of two, so that a percentile is
/// read at most 1/128 above the value itself. 58 KB; recording allocates nothing and costs an index and an add.
/// </summary>
/// <remarks>
/// One thread at a time: give each thread its own and <see cref="Add(LatencyHistogram)"/> them. Buckets: values below
/// 128 have one each; above, the top 7 bits after the leading one choose among 128 buckets of the value's power of
/// two. Bucket = shift * 128 + (value >> shift) with shift = max(0, log2(value) - 7), which is continuous.
/// </remarks>
public sealed class LatencyHistogram
{
    private const int SubBucketLog2 = 7;
    private const int SubBucketCount = 1 << SubBucketLog2;

    // Shifts 0..55 (63 bits of value, less 8): each adds 128 buckets, the first has 256.
    private const int BucketCount = (63 - SubBucketLog2) * SubBucketCount + SubBucketCount;

    private readonly long[] _counts = new long[BucketCount];

    /// <summary>How many values were recorded.</summary>
    public long Count { get; private set; }

    /// <summary>The largest value; 0 when there is none.</summary>
    public long Max { get; private set; }

    /// <summary>The smallest value; 0 when there is none.</summary>
    public long Min => Count == 0 ? 0 : _min;

    /// <summary>The mean, summed exactly; 0 when there is none.</summary>
    public double Mean => Count == 0 ? 0 : (double)_sum / Count;

    private Int128 _sum;
    private long _min = long.MaxValue;

    /// <summary>Records one value; a negative one (a clock that stepped back) counts as 0.</summary>
    public void Record(long value) => Record(value, 1);

    /// <summary>Records a value that was seen several times, such as an ack for many frames.</summary>
    public void Record(long value, long count)
    {
        if (count <= 0)
        {
            return;
        }

        value = Math.Max(0, value);
        _counts[BucketOf(value)] += count;
        Count += count;
        _sum += (Int128)value * count;
        _min = Math.Min(_min, value);
        Max = Math.Max(Max, value);
    }

    /// <summary>Adds what another histogram holds.</summary>
    public void Add(LatencyHistogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (int i = 0; i < BucketCount; i++)
        {
            _counts[i] += other._counts[i];
        }

        Count += other.Count;
        _sum += other._sum;
        _min = Math.Min(_min, other._min);
        Max = Math.Max(Max, other.Max);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        Count = 0;
        _sum = 0;
        _min = long.MaxValue;
        Max = 0;
    }

    /// <summary>
    /// The value that a share of the values do not exceed: the top of the bucket that holds the value of that rank,
    /// never above <see cref="Max"/>. 0 when there is none.
    /// </summary>
    /// <param name="fraction">0.5 for the median, 0.99, ...; from 0 to 1.</param>
    public long Percentile(double fraction)
    {
        if (!(fraction is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "A percentile lies between 0 and 1.");
        }

        long rank = Math.Max(1, (long)Math.Ceiling(fraction * Count));
        long seen = 0;
        for (int i = 0; i < BucketCount && Count > 0; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
            {
                return Math.Min(Max, TopOf(i));
            }
        }

        return Max;
    }

    internal static int BucketOf(long value)
    {
        int shift = Math.Max(0, BitOperations.Log2((ulong)value | 1) - SubBucketLog2);
        return shift * SubBucketCount + (int)(value >> shift);
    }

    /// <summary>The largest value of a bucket.</summary>
    internal static long TopOf(int bucket)
    {
        int shift = Math.Max(0, bucket / SubBucketCount - 1);
        long lowest = (long)(bucket - shift * SubBucketCount) << shift;
        return lowest + ((1L << shift) - 1);
    }
}
