namespace FastStream.Cli.Serving;

/// <summary>What the flags of <c>serve</c> say; null leaves it to the configuration file, the environment or the default.</summary>
internal sealed record ServePlan
{
    public string? DataDirectory { get; init; }

    public required string DefaultDataDirectory { get; init; }

    public int? Port { get; init; }

    public int? HttpPort { get; init; }

    public int? Partitions { get; init; }

    public string? ConfigFile { get; init; }

    public string? Listen { get; init; }

    public bool AllowRemote { get; init; }

    public bool AllowVolatile { get; init; }

    /// <summary>Also stop when standard input ends.</summary>
    public bool StopWithInput { get; init; }

    public required string LogLevel { get; init; }
}
