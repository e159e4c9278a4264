namespace FastStream.TestKit.Generate;

/// <summary>A record of a random history: key number, event time in seconds from now, two values.</summary>
internal readonly record struct RecordDraft(int Key, int Seconds, double First, double Second)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Key}@{Seconds}:{First}/{Second}";
}
