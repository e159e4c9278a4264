namespace FastStream.Server.Configuration;

/// <summary>
/// Where a server's options come from. Flags win over the environment, the environment over the file.
/// </summary>
public sealed record ConfigurationSources
{
    /// <summary>
    /// JSON file; null looks for <see cref="DefaultFile"/> in the working folder and does without when there is none.
    /// </summary>
    public string? File { get; init; }

    /// <summary>Variables; those that start with <see cref="EnvironmentPrefix"/> are settings.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = ReadEnvironment();

    /// <summary>Settings of the command line by their name in the file, such as <c>limits:maxFrameBytes</c>.</summary>
    public IReadOnlyDictionary<string, string> Flags { get; init; } = new Dictionary<string, string>();

    /// <summary>The file that is read when none is named.</summary>
    public const string DefaultFile = "appsettings.json";

    /// <summary>What the names of variables start with: <c>FASTSTREAM_LIMITS__MAXFRAMEBYTES</c>.</summary>
    public const string EnvironmentPrefix = "FASTSTREAM_";

    private static Dictionary<string, string> ReadEnvironment()
    {
        Dictionary<string, string> variables = [];
        foreach (System.Collections.DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
        {
            variables[(string)entry.Key] = (string?)entry.Value ?? "";
        }

#if PLANTED_FAULTS
        variables.Remove("FASTSTREAM_PLANTED_FAULT"); // chooses a fault, is no setting
#endif
        return variables;
    }
}
