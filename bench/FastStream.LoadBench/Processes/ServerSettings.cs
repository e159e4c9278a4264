using System.Text.Json;

namespace FastStream.LoadBench.Processes;

/// <summary>What the server of a case is like; goes to its process as JSON.</summary>
internal sealed record ServerSettings
{
    /// <summary>The data folder; null for an ephemeral engine.</summary>
    public string? Folder { get; init; }

    public int Partitions { get; init; } = 1;

    /// <summary>Whether windows close while records come, and their results are summed up to be checked.</summary>
    public string View { get; init; } = Load.Workload.View;

    /// <summary>The stream, as its text form has it.</summary>
    public string Stream { get; init; } = "u64 (value)";

    /// <summary>Bytes between snapshots; -1: none, not at the end either.</summary>
    public long SnapshotEveryBytes { get; init; } = -1;

    /// <summary>Connections that the server polls without sleeping.</summary>
    public int BusyPollConnections { get; init; }

    public int MaxConnections { get; init; } = 10_000;

    public string ToJson() => JsonSerializer.Serialize(this, LoadBenchJson.Default.ServerSettings);

    public static ServerSettings Parse(string json) => JsonSerializer.Deserialize(json, LoadBenchJson.Default.ServerSettings)!;
}
