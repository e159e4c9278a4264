namespace FastStream.Engine;

/// <summary>When the engine saves its state. More often: faster restarts, more bytes written.</summary>
public sealed record SnapshotOptions
{
    /// <summary>
    /// A snapshot after so many journaled bytes; default 256 MiB (about a quarter of a second to replay).
    /// </summary>
    public long EveryBytes { get; init; } = 256L << 20;

    /// <summary>And after so long, if anything was journaled; default 5 minutes.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// One more when the engine closes in order, so that the next start replays nothing; default true.
    /// </summary>
    public bool AtClose { get; init; } = true;

    internal IEnumerable<string> FindFaults()
    {
        if (EveryBytes < 1 << 16)
        {
            yield return $"{nameof(EveryBytes)} {EveryBytes} is below 65,536";
        }

        if (Every < TimeSpan.FromMilliseconds(100) || Every > TimeSpan.FromDays(366))
        {
            yield return $"{nameof(Every)} {Every} is outside 100 ms..366 days";
        }
    }
}
