using System.Diagnostics;
using HdrHistogram;

namespace FastStream.Peers.Running;

/// <summary>
/// Latencies up to a minute, to three digits; the highest is exact. One writer; histograms of several threads are added
/// up when those have ended.
/// </summary>
internal sealed class LatencyHistogram
{
    private const long HighestNs = 60_000_000_000;
    private readonly LongHistogram _counts = new(1, HighestNs, 3);

    public long Count { get; private set; }

    public long MaxNs { get; private set; }

    public void Add(long ns)
    {
        _counts.RecordValue(Math.Clamp(ns, 1, HighestNs));
        Count++;
        MaxNs = Math.Max(MaxNs, ns);
    }

    /// <summary>Adds the time since a timestamp of <see cref="Stopwatch"/>, whose tick is a nanosecond on Linux.</summary>
    public void AddSince(long fromTicks) => Add((Stopwatch.GetTimestamp() - fromTicks) * (1_000_000_000 / Stopwatch.Frequency));

    public void Add(LatencyHistogram other)
    {
        _counts.Add(other._counts);
        Count += other.Count;
        MaxNs = Math.Max(MaxNs, other.MaxNs);
    }

    /// <summary>The latency that this share of all does not pass, in nanoseconds; 0 when there is none.</summary>
    public long Quantile(double share) => Count == 0 ? 0 : Math.Min(MaxNs, _counts.GetValueAtPercentile(100 * share));
}
