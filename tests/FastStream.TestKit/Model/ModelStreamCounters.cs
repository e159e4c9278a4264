namespace FastStream.TestKit.Model;

/// <summary>The fates of journaled records of one stream; exactly one each.</summary>
internal sealed class ModelStreamCounters
{
    /// <summary>Records in journaled frames, tombstones included.</summary>
    public long Journaled { get; set; }

    /// <summary>Handed to the views.</summary>
    public long Prepared { get; set; }

    /// <summary>Too far ahead of their arrival.</summary>
    public long Future { get; set; }

    /// <summary>Outside 1679-01-01 .. 2261-01-01.</summary>
    public long TimeRange { get; set; }

    /// <summary>Under a name beyond the limit of names.</summary>
    public long KeyLimit { get; set; }

    /// <summary>In frames that were refused for good.</summary>
    public long Tombstone { get; set; }

    /// <summary>Refused by rule, by the rule's name.</summary>
    public SortedDictionary<string, long> ByRule { get; private init; } = new(StringComparer.Ordinal);

    /// <summary>journaled = prepared + every refusal.</summary>
    public bool Balanced =>
        Journaled == Prepared + Future + TimeRange + KeyLimit + Tombstone + ByRule.Values.Sum();

    /// <summary>A copy that shares nothing.</summary>
    public ModelStreamCounters Clone() => new()
    {
        Journaled = Journaled,
        Prepared = Prepared,
        Future = Future,
        TimeRange = TimeRange,
        KeyLimit = KeyLimit,
        Tombstone = Tombstone,
        ByRule = new(ByRule, StringComparer.Ordinal),
    };
}
