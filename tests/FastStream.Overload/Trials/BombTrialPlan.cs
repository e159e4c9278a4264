namespace FastStream.Overload.Trials;

/// <summary>How large the trial of hostile frames and keys is.</summary>
internal sealed record BombTrialPlan
{
    public int HostileKeys { get; init; } = 2_000_000;

    public int HostileNames { get; init; } = 600_000;

    public int LengthsPerSecond { get; init; } = 100;

    public int CompressedPerSecond { get; init; } = 100;

    /// <summary>Pairs of measurements for each attack; keys and names are shared out over them.</summary>
    public int Pairs { get; init; } = 5;

    public int MeasureSeconds { get; init; } = 4;

    public int FramesPerSecond { get; init; } = 500;

    /// <summary>The server's bound on keys of a view and names of a stream; what it may hold follows from it.</summary>
    public int MaxKeys { get; init; } = 300_000;
}
