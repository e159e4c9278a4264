namespace FastStream.LoadBench;

/// <summary>What a run of the bench is.</summary>
internal sealed record BenchPlan
{
    /// <summary>One short round.</summary>
    public bool IsQuick { get; init; }

    /// <summary>Also what users would pick instead, as far as it is installed.</summary>
    public bool HasPeers { get; init; }

    /// <summary>Only steps whose name contains this.</summary>
    public string Only { get; init; } = "";

    /// <summary>Rounds; steps of a round run one after the other, so that what disturbs the machine disturbs all.</summary>
    public int Rounds { get; init; } = 1;

    /// <summary>A folder on a real disk.</summary>
    public string Folder { get; init; } = "/var/tmp";

    /// <summary>A file for one JSON line a measurement; also printed when the output is no terminal.</summary>
    public string? JsonFile { get; init; }

    /// <summary>Length of a case without a disk.</summary>
    public double Seconds => IsQuick ? 2 : 5;

    /// <summary>Length of a case with a disk: what fits its memory and the log's must be little of it.</summary>
    public double DiskSeconds => IsQuick ? 3 : 20;
}
