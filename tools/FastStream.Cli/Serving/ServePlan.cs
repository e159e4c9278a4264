namespace FastStream.Cli.Serving;

/// <summary>
/// What the flags of <c>serve</c> say; null leaves it to the environment, the configuration file or the default.
/// </summary>
internal sealed record ServePlan
{
    public string? ConfigFile { get; init; }

    /// <summary>Settings by their name in the configuration file.</summary>
    public required IReadOnlyDictionary<string, string> Flags { get; init; }

    /// <summary>Also stop when standard input ends.</summary>
    public bool StopWithInput { get; init; }
}
