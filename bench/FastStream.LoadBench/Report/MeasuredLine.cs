namespace FastStream.LoadBench.Report;

/// <summary>What one step of one round measured.</summary>
internal sealed record MeasuredLine : BenchLine
{
    public required int Round { get; init; }

    public required string Measured { get; init; }

    /// <summary>Figures by name; the unit is in the name.</summary>
    public required IReadOnlyDictionary<string, double> Figures { get; init; }

    /// <summary>What else a reader must know: versions, congestion control.</summary>
    public string Note { get; init; } = "";
}
