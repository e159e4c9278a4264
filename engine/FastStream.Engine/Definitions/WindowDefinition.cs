namespace FastStream.Engine.Definitions;

/// <summary>The windows of a view: <c>[start, start + SizeNs)</c> of event time.</summary>
/// <param name="Kind">How time is cut.</param>
/// <param name="SizeNs">Length of a window in nanoseconds.</param>
public sealed record WindowDefinition(WindowKind Kind, long SizeNs)
{
    /// <summary>Windows of one size, end to end.</summary>
    public static WindowDefinition Tumbling(TimeSpan size) => new(WindowKind.Tumbling, DurationText.ToNs(size));

    /// <summary>Windows of one size in nanoseconds, end to end.</summary>
    public static WindowDefinition TumblingNs(long sizeNs) => new(WindowKind.Tumbling, sizeNs);

    /// <summary>
    /// Start of the window that holds a time of <see cref="EventTimeRange"/>; windows are aligned to 1970.
    /// </summary>
    public long StartOf(long timeNs)
    {
        long remainder = timeNs % SizeNs;
        return timeNs - (remainder < 0 ? remainder + SizeNs : remainder);
    }

    /// <summary>First nanosecond after the window that holds a time.</summary>
    public long EndOf(long timeNs) => StartOf(timeNs) + SizeNs;

    /// <summary>The text form, such as <c>tumbling 1h</c>.</summary>
    public override string ToString() => "tumbling " + DurationText.Format(SizeNs);

    internal string? FindFault() => SizeNs switch
    {
        < DefinitionLimits.MinWindowSizeNs =>
            $"window size {DurationText.Format(SizeNs)} is below the smallest, "
            + $"{DurationText.Format(DefinitionLimits.MinWindowSizeNs)}: use a larger one",
        > DefinitionLimits.MaxWindowSizeNs =>
            $"window size {DurationText.Format(SizeNs)} is above the largest, "
            + $"{DurationText.Format(DefinitionLimits.MaxWindowSizeNs)}: use a smaller one",
        _ => null,
    };
}
