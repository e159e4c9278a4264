using System.Globalization;

namespace FastStream.Engine.Monitoring;

/// <summary>
/// The fates of a stream's journaled records: records = prepared + refused by each rule + future + time range + key
/// limit + tombstone. Part of the state: it survives restarts and is in snapshot and digest.
/// </summary>
public sealed record StreamLedger
{
    /// <summary>The stream.</summary>
    public required string Stream { get; init; }

    /// <summary>Records of the journaled frames.</summary>
    public required long Records { get; init; }

    /// <summary>Records that passed preparation and were offered to every view.</summary>
    public required long Prepared { get; init; }

    /// <summary>Records refused by rules, in the rules' order.</summary>
    public required IReadOnlyList<RuleCount> Rules { get; init; }

    /// <summary>Records too far ahead of their arrival.</summary>
    public required long Future { get; init; }

    /// <summary>Records whose time lies outside 1679-01-01..2261-01-01.</summary>
    public required long TimeRange { get; init; }

    /// <summary>Records of keys beyond the stream's limit.</summary>
    public required long KeyLimit { get; init; }

    /// <summary>Records of frames that were refused for good.</summary>
    public required long Tombstone { get; init; }

    /// <summary>Records refused by any rule.</summary>
    public long RefusedByRules
    {
        get
        {
            long sum = 0;
            foreach (RuleCount rule in Rules)
            {
                sum += rule.Refused;
            }

            return sum;
        }
    }

    /// <summary>Whether the equation holds.</summary>
    public bool Balanced => Records == Prepared + RefusedByRules + Future + TimeRange + KeyLimit + Tombstone;

    /// <summary>The equation with its numbers.</summary>
    public string Equation => string.Create(
        CultureInfo.InvariantCulture,
        $"records {Records:N0} = prepared {Prepared:N0} + refused by rules {RefusedByRules:N0} + future {Future:N0}"
        + $" + time range {TimeRange:N0} + key limit {KeyLimit:N0} + tombstone {Tombstone:N0}");
}
