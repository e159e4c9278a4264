namespace FastStream.LoadBench;

/// <summary>What a run of the bench is.</summary>
internal sealed record BenchPlan
{
    /// <summary>One short round.</summary>
    public bool IsQuick { get; init; }

    /// <summary>What users would pick instead, as far as it is installed, beside ours of the same kind.</summary>
    public bool HasPeers { get; init; }

    /// <summary>Only steps whose name contains this.</summary>
    public string Only { get; init; } = "";

    /// <summary>Rounds; steps of a round run one after the other, so that what disturbs the machine disturbs all.</summary>
    public int Rounds { get; init; } = 1;

    /// <summary>A folder on a real disk.</summary>
    public string Folder { get; init; } = "/var/tmp";

    /// <summary>A file for one JSON line a measurement and a goal; they are also the output where that is no terminal.</summary>
    public string? JsonFile { get; init; }

    /// <summary>Where to put charts; null for none.</summary>
    public string? ChartFolder { get; init; }

    /// <summary>Length of a case that does not fill a disk.</summary>
    public double Seconds => IsQuick ? 1.5 : 3;

    /// <summary>Length of a case that does: the log's memory must be little of what it writes.</summary>
    public double DiskSeconds => IsQuick ? 2 : 20;

    /// <summary>Length of a ceiling, or of a peer.</summary>
    public int PeerSeconds => IsQuick ? 1 : HasPeers ? 5 : 3;
}
