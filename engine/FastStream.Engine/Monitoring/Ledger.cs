namespace FastStream.Engine.Monitoring;

/// <summary>Where every frame and record went: nothing is lost without a name and a count.</summary>
public sealed record Ledger
{
    /// <summary>Frames since the process started.</summary>
    public required SessionLedger Session { get; init; }

    /// <summary>Records by stream, ordered by name.</summary>
    public required IReadOnlyList<StreamLedger> Streams { get; init; }

    /// <summary>Prepared records by view, ordered by stream and view.</summary>
    public required IReadOnlyList<ViewLedger> Views { get; init; }

    /// <summary>Whether every equation holds; if not, the engine is not healthy.</summary>
    public bool Balanced => FindImbalance() is null;

    /// <summary>The first equation that does not hold, with its numbers; null when all hold.</summary>
    public string? FindImbalance()
    {
        if (!Session.Balanced)
        {
            return "session: " + Session.Equation;
        }

        foreach (StreamLedger stream in Streams)
        {
            if (!stream.Balanced)
            {
                return $"stream \"{stream.Stream}\": {stream.Equation}";
            }
        }

        foreach (ViewLedger view in Views)
        {
            if (!view.Balanced)
            {
                return $"view \"{view.Stream}/{view.View}\": {view.Equation}";
            }
        }

        return null;
    }
}
