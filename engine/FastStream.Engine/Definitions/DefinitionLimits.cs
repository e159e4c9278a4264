namespace FastStream.Engine.Definitions;

/// <summary>
/// How large a definition may be. Each limit is checked when a definition is made, never on the data path.
/// </summary>
public static class DefinitionLimits
{
    /// <summary>Most fields of a stream, computed ones included.</summary>
    public const int MaxFieldCount = 64;

    /// <summary>Most views of a stream.</summary>
    public const int MaxViewCount = 64;

    /// <summary>Most aggregates of a view.</summary>
    public const int MaxAggregateCount = 64;

    /// <summary>Most preparation rules of a stream.</summary>
    public const int MaxRuleCount = 64;

    /// <summary>Most characters of a stream's or view's name.</summary>
    public const int MaxNameLength = 249;

    /// <summary>Most characters of a field's name.</summary>
    public const int MaxFieldNameLength = 64;

    /// <summary>Most characters of a definition in text form.</summary>
    public const int MaxTextLength = 16_384;

    /// <summary>Most operators, fields and numbers in one expression: bounds scratch memory and recursion.</summary>
    public const int MaxExpressionNodeCount = 128;

    /// <summary>Smallest window: one millisecond.</summary>
    public const long MinWindowSizeNs = 1_000_000;

    /// <summary>Largest window: 366 days.</summary>
    public const long MaxWindowSizeNs = 366 * DayNs;

    /// <summary>Largest lateness: 366 days.</summary>
    public const long MaxLatenessNs = 366 * DayNs;

    /// <summary>Largest future bound, idle time-out and lag bound: 366 days.</summary>
    public const long MaxBoundNs = 366 * DayNs;

    /// <summary>Smallest idle time-out and lag bound: one millisecond.</summary>
    public const long MinBoundNs = 1_000_000;

    private const long DayNs = 86_400_000_000_000;
}
