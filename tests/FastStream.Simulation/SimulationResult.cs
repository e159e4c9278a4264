namespace FastStream.Simulation;

/// <summary>What came of one seed.</summary>
internal sealed record SimulationResult
{
    /// <summary>What was not as it must be, or null.</summary>
    public required string? Failure { get; init; }

    public required Trace Trace { get; init; }

    public required long AckCount { get; init; }

    public required long ResultCount { get; init; }

    public required long SnapshotCount { get; init; }

    public required long OpenCount { get; init; }

    public required long StepCount { get; init; }
}
