using System.Diagnostics;
using System.Numerics;

namespace FastStream.Peers.Running;

/// <summary>
/// Counts of latencies in buckets that are 1/256 of their octave wide, so quantiles are off by 0.4 % at most; the
/// highest is exact. One writer; histograms of several threads are added up when those have ended.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int BucketsLog2 = 8;
    private readonly long[] _counts = new long[(64 - BucketsLog2 + 1) << BucketsLog2];

    public long Count { get; private set; }

    public long MaxNs { get; private set; }

    public void Add(long ns)
    {
        ns = Math.Max(0, ns);
        _counts[BucketOf(ns)]++;
        Count++;
        MaxNs = Math.Max(MaxNs, ns);
    }

    /// <summary>Adds the time since a timestamp of <see cref="Stopwatch"/>, whose tick is a nanosecond on Linux.</summary>
    public void AddSince(long fromTicks) => Add((Stopwatch.GetTimestamp() - fromTicks) * (1_000_000_000 / Stopwatch.Frequency));

    public void Add(LatencyHistogram other)
    {
        for (int bucket = 0; bucket < _counts.Length; bucket++)
        {
            _counts[bucket] += other._counts[bucket];
        }

        Count += other.Count;
        MaxNs = Math.Max(MaxNs, other.MaxNs);
    }

    /// <summary>The latency that this share of all does not pass, in nanoseconds; 0 when there is none.</summary>
    public long Quantile(double share)
    {
        long wanted = (long)Math.Ceiling(share * Count);
        long seen = 0;
        for (int bucket = 0; bucket < _counts.Length && Count > 0; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= wanted)
            {
                return Math.Min(MaxNs, MiddleOf(bucket));
            }
        }

        return MaxNs;
    }

    // Below 512 a bucket holds one value; above, the nine highest bits of a value choose its bucket.
    private static int BucketOf(long ns)
    {
        int shift = Math.Max(0, 63 - BitOperations.LeadingZeroCount((ulong)ns) - BucketsLog2);
        return (shift << BucketsLog2) + (int)(ns >> shift);
    }

    private static long MiddleOf(int bucket)
    {
        int shift = Math.Max(0, (bucket >> BucketsLog2) - 1);
        return (((long)bucket - ((long)shift << BucketsLog2)) << shift) + ((1L << shift) >> 1);
    }
}
