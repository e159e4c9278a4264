using HdrHistogram;

namespace FastStream.LoadBench.Load;

/// <summary>What a load has done; every frame of it was acked.</summary>
internal sealed record LoadResult
{
    /// <summary>Records sent, those before the clock started included.</summary>
    public required long AllRecords { get; init; }

    /// <summary>Sum of the values of all of them.</summary>
    public required double ValueSum { get; init; }

    /// <summary>Records sent while the clock ran.</summary>
    public required long Records { get; init; }

    /// <summary>Bytes of their frames.</summary>
    public required long Bytes { get; init; }

    /// <summary>From the start of the clock to the last ack.</summary>
    public required double Seconds { get; init; }

    /// <summary>From when each frame was sent (or, in an open loop, was due) to its ack.</summary>
    public required LongHistogram LatencyNs { get; init; }

    /// <summary>The congestion control in force.</summary>
    public required string Congestion { get; init; }

    public double RecordsPerSecond => Records / Seconds;
}
