namespace FastStream.Engine.Definitions;

/// <summary>
/// The event times that are taken: 1679-01-01 to 2261-01-01, UTC. Narrower than what fits in 64 bits of nanoseconds
/// (1677-09-21 to 2262-04-11), so that the largest window around any time in it fits too.
/// </summary>
public static class EventTimeRange
{
    /// <summary>1679-01-01T00:00:00Z, the first time that is taken.</summary>
    public const long MinNs = -9_183_024_000_000_000_000;

    /// <summary>2261-01-01T00:00:00Z, the last time that is taken.</summary>
    public const long MaxNs = 9_183_110_400_000_000_000;

    /// <summary>Whether a time is taken.</summary>
    public static bool Contains(long timeNs) => timeNs is >= MinNs and <= MaxNs;
}
