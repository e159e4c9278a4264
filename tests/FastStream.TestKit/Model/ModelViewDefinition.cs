namespace FastStream.TestKit.Model;

/// <summary>A view: tumbling windows over one stream.</summary>
internal sealed record ModelViewDefinition(
    string Name, long SizeNs, long LatenessNs, params ModelAggregate[] Aggregates)
{
    /// <summary>Grouped by key; otherwise one row over all keys.</summary>
    public bool ByKey { get; init; } = true;

    /// <summary>Records for which it is false are counted as filtered.</summary>
    public Func<ModelRecord, bool> Filter { get; init; } = static _ => true;

    /// <summary>Start of the window that holds a time (floor, also before 1970).</summary>
    public long WindowStart(long timeNs)
    {
        long remainder = timeNs % SizeNs;
        return timeNs - (remainder < 0 ? remainder + SizeNs : remainder);
    }
}
