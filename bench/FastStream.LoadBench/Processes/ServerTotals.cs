using System.Text.Json;

namespace FastStream.LoadBench.Processes;

/// <summary>What a server knows when its load is over and all windows are closed.</summary>
internal sealed record ServerTotals
{
    /// <summary>Sum of the counts of all result rows.</summary>
    public long Records { get; init; }

    /// <summary>Sum of their sums.</summary>
    public double ValueSum { get; init; }

    public long ResultRows { get; init; }

    /// <summary>Whether the ledger's equations hold.</summary>
    public bool IsBalanced { get; init; }

    /// <summary>Records applied to the view, those before a restart included.</summary>
    public long Applied { get; init; }

    /// <summary>Collections of the server's process while records came.</summary>
    public int Gen0 { get; init; }

    public int Gen1 { get; init; }

    public int Gen2 { get; init; }

    /// <summary>Processor time of the server's process in seconds, both cores.</summary>
    public double CpuSeconds { get; init; }

    public long RssBytes { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, LoadBenchJson.Default.ServerTotals);

    public static ServerTotals Parse(string json) => JsonSerializer.Deserialize(json, LoadBenchJson.Default.ServerTotals)!;
}
