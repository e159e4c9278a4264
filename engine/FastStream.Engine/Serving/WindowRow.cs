using System.Collections.Immutable;

namespace FastStream.Engine.Serving;

/// <summary>One row of an answer: a window of a key, or over all.</summary>
public sealed record WindowRow
{
    /// <summary>First nanosecond of the window since the Unix epoch.</summary>
    public required long StartNs { get; init; }

    /// <summary>The same as a date, cut to 100 ns.</summary>
    public DateTimeOffset Start => DateTimeOffset.UnixEpoch.AddTicks(StartNs / 100);

    /// <summary>First nanosecond after the window.</summary>
    public required long EndNs { get; init; }

    /// <summary>The key; of a text stream its number, of a view over all 0.</summary>
    public required ulong Key { get; init; }

    /// <summary>The key's name; null when keys are numbers or the view is over all.</summary>
    public required string? KeyText { get; init; }

    /// <summary>Records.</summary>
    public required long Count { get; init; }

    /// <summary>Values in the order of <see cref="WindowAnswer.ValueNames"/>; NaN = absent.</summary>
    public required ImmutableArray<double> Values { get; init; }

    /// <summary>Whether the row is final.</summary>
    public required WindowState State { get; init; }

    /// <summary>0 for the first result of a window.</summary>
    public required int Revision { get; init; }

    /// <summary>Address in the results log; -1 while the window is open.</summary>
    public required long Address { get; init; }
}
