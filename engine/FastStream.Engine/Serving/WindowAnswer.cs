using System.Collections.Immutable;

namespace FastStream.Engine.Serving;

/// <summary>The answer to a <see cref="WindowQuery"/>.</summary>
public sealed record WindowAnswer
{
    /// <summary>Names of the values, such as <c>mean(delay)</c>.</summary>
    public required ImmutableArray<string> ValueNames { get; init; }

    /// <summary>Rows by window start, then key (text keys by ordinal comparison of their names).</summary>
    public required IReadOnlyList<WindowRow> Rows { get; init; }

    /// <summary>True when the limit left rows out.</summary>
    public required bool IsTruncated { get; init; }

    /// <summary>True when retention has removed results of this view's log: earlier windows may be missing.</summary>
    public required bool IsCutByRetention { get; init; }
}
