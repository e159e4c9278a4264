namespace FastStream.Peers.Running;

/// <summary>What is sent, and for how long.</summary>
internal sealed record PeerLoad
{
    /// <summary>A u64 key, a time in nanoseconds, one f64 value.</summary>
    public const int RecordBytes = 24;

    public const int MaxRecordsPerBatch = 1 << 20;

    public double Seconds { get; init; } = 5;

    public int RecordsPerBatch { get; init; } = 10_000;

    public int KeyCount { get; init; } = 10_000;

    public int Seed { get; init; } = 1;

    public string Folder { get; init; } = "/var/tmp";
}
