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
    /// Bytes of a snapshot that are saved in a second, so that frames hardly feel it; default 32 MiB (half a million
    /// keys). It goes faster where half of <see cref="EveryBytes"/> would be journaled before it is done, and at
    /// closing. Less: gentler, but a start after a kill may find an older snapshot and replay more.
    /// </summary>
    public long BytesPerSecond { get; init; } = 32L << 20;

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

        if (BytesPerSecond is < 1 << 20 or > 1L << 40)
        {
            yield return $"{nameof(BytesPerSecond)} {BytesPerSecond} is outside 1 MiB..1 TiB";
        }

        if (Every < TimeSpan.FromMilliseconds(100) || Every > TimeSpan.FromDays(366))
        {
            yield return $"{nameof(Every)} {Every} is outside 100 ms..366 days";
        }
    }
}
