using FastStream.Benchmarks;
using FastStream.Protocol;

namespace FastStream.LoadBench.Load;

/// <summary>What records a load is made of: u64 key, time, one f64 value that is an integer, so that sums are exact.</summary>
internal sealed record Workload
{
    /// <summary>The view whose windows close while the load runs.</summary>
    public const string View = "tumbling 1s by key: count, sum(value), min(value), max(value), variance(value)";

    /// <summary>Event time of the first record.</summary>
    public const long StartNs = 1_600_000_000_000_000_000;

    public int KeyCount { get; init; } = 10_000;

    /// <summary>Whether few keys have most of the records (Zipf's law, exponent 1) instead of all the same share.</summary>
    public bool IsZipf { get; init; }

    /// <summary>Keys with names, sent as dictionary ids of two bytes, instead of scattered numbers of eight.</summary>
    public bool HasNamedKeys { get; init; }

    public int RecordsPerFrame { get; init; } = 10_000;

    /// <summary>
    /// Frames that are made before the clock starts, and sent again and again; 0: 16 MiB of them, which with a million
    /// keys is half of the keys.
    /// </summary>
    public int FrameCount { get; init; }

    /// <summary>
    /// Event time from record to record. 20 ns are 50 M records a second of event time, about as many as come in one of
    /// the clock: windows of a second close about once a second, as they do for somebody whose load this is.
    /// </summary>
    public long StepNs { get; init; } = 20;

    /// <summary>
    /// Event time that runs fifty times as fast: a window closes after a million records, and the rate shows what
    /// windows cost.
    /// </summary>
    public const long ManyWindowsStepNs = 1_000;

    public EncodingMode Encoding { get; init; } = EncodingMode.Raw;

    public int Seed { get; init; } = 1;

    /// <summary>Draws the ranks of keys.</summary>
    public KeyDraw NewKeyDraw() => new(KeyCount, IsZipf);
}
