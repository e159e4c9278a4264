namespace FastStream.LoadBench.Cases;

/// <summary>The names of figures.</summary>
internal static class Figure
{
    public const string RecordsPerSecond = "recordsPerSecond";
    public const string BytesPerSecond = "bytesPerSecond";
    public const string BytesPerRecord = "bytesPerRecord";
    public const string Seconds = "seconds";
    public const string P50Us = "p50Us";
    public const string P99Us = "p99Us";
    public const string P999Us = "p999Us";
    public const string MaxUs = "maxUs";

    /// <summary>The least latency figures and their percentiles.</summary>
    public static IReadOnlyList<(string Name, double Percentile)> Percentiles { get; } =
        [(P50Us, 50), (P99Us, 99), (P999Us, 99.9), (MaxUs, 100)];
}
