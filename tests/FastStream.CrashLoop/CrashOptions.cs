using FastStream.Protocol;

namespace FastStream.CrashLoop;

/// <summary>What a run breaks, how often, and with which seed.</summary>
internal sealed record CrashOptions
{
    public int Cycles { get; init; } = 40;

    public int Seed { get; init; } = Random.Shared.Next();

    /// <summary>One level for all producers; null: the strongest mixture that must survive this kind of crash.</summary>
    public AckLevel? Ack { get; init; }

    /// <summary>Where data folders and images are made; the folder for temporary files by default.</summary>
    public string Folder { get; init; } = Path.GetTempPath();

    /// <summary>Where the data folder of a run that found something is kept; null: nowhere.</summary>
    public string? KeepFolder { get; init; }

    /// <summary>Longest time of load before a crash.</summary>
    public int MaxLoadMs { get; init; } = 250;

    /// <summary>One recovery in so many is crashed too.</summary>
    public int CrashRecoveryOneIn { get; init; } = 4;

    /// <summary>One answer in so many makes a producer connect again for no reason.</summary>
    public int ReconnectOneIn { get; init; } = 500;

    public CrashLoad Load { get; init; } = new();

    /// <summary>Called every few seconds with how far it is.</summary>
    public Action<string> Say { get; init; } = _ => { };
}
