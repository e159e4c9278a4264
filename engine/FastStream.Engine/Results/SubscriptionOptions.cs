namespace FastStream.Engine.Results;

/// <summary>How a subscriber wants its results.</summary>
public sealed record SubscriptionOptions
{
    /// <summary>The defaults: durable, from now on.</summary>
    public static SubscriptionOptions Default { get; } = new();

    /// <summary>
    /// Durable by default. At <see cref="ResultLevel.Applied"/> there are no positions and no catching up.
    /// </summary>
    public ResultLevel Level { get; init; } = ResultLevel.Durable;

    /// <summary>Where to go on; null (the default) begins with what leaves from now on. Durable level only.</summary>
    public ResultPosition? From { get; init; }

    /// <summary>
    /// Pieces of windows (of at most 512 rows) that may wait for the subscriber; 64 by default. A durable subscriber
    /// that is further behind reads from the log and holds nobody up; one at level applied is cut.
    /// </summary>
    public int MaxWaitingPieces { get; init; } = 64;

    /// <summary>
    /// A subscriber that is behind and takes nothing for so long is cut; 10 seconds by default.
    /// </summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Faults in one line each; empty when the options can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> faults = [];
        if (Level == ResultLevel.Applied && From is not null)
        {
            faults.Add("From needs level durable: applied results have no position");
        }

        if (MaxWaitingPieces is < 1 or > 65_536)
        {
            faults.Add($"MaxWaitingPieces {MaxWaitingPieces} is outside 1..65536");
        }

        if (MaxWait <= TimeSpan.Zero)
        {
            faults.Add($"MaxWait {MaxWait} is not a time to wait");
        }

        return faults;
    }
}
