namespace FastStream.Engine.Serving;

/// <summary>Asks for windows of one view, of one key or all, that start in a range of time.</summary>
public sealed record WindowQuery
{
    /// <summary>Rows that an answer may have at most, whatever the limit asked for.</summary>
    public const int MaxLimit = 1_000_000;

    /// <summary>The stream.</summary>
    public required string Stream { get; init; }

    /// <summary>The view.</summary>
    public required string View { get; init; }

    /// <summary>One key of a stream with u64 keys; null asks for all keys.</summary>
    public ulong? Key { get; init; }

    /// <summary>One key of a stream with text keys; null asks for all keys.</summary>
    public string? KeyText { get; init; }

    /// <summary>Windows that start at or after this many nanoseconds since the Unix epoch; all by default.</summary>
    public long FromNs { get; init; } = long.MinValue;

    /// <summary>Windows that start before this; all by default.</summary>
    public long ToNs { get; init; } = long.MaxValue;

    /// <summary>Rows at most, the earliest first; 1,000 by default.</summary>
    public int Limit { get; init; } = 1_000;

    /// <summary>
    /// Whether to show windows that are not final too; false by default. Their rows are only applied: a power cut may
    /// take their input back.
    /// </summary>
    public bool IncludeOpen { get; init; }

    /// <summary>Faults in one line each; empty when the query can be asked.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> faults = [];
        if (Key is not null && KeyText is not null)
        {
            faults.Add("both Key and KeyText are given: give the one of the stream's kind");
        }

        if (Limit is < 1 or > MaxLimit)
        {
            faults.Add($"limit {Limit} is outside 1..{MaxLimit}");
        }

        if (FromNs > ToNs)
        {
            faults.Add($"from {FromNs} lies after to {ToNs}: exchange them");
        }

        return faults;
    }
}
