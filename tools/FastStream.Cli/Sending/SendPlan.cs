using FastStream.Cli.Sources;
using FastStream.Protocol;

namespace FastStream.Cli.Sending;

/// <summary>Everything that one <c>send</c> was asked to do.</summary>
internal sealed record SendPlan
{
    public required SourceOptions Source { get; init; }

    public required string Host { get; init; }

    public required int Port { get; init; }

    public required string Stream { get; init; }

    public required string Producer { get; init; }

    public ulong Epoch { get; init; } = 1;

    public AckLevel AckLevel { get; init; } = AckLevel.Durable;

    /// <summary>0: as fast as it goes.</summary>
    public double RecordsPerSecond { get; init; }

    public bool Compress { get; init; }

    /// <summary>Send an end frame behind the last record.</summary>
    public bool End { get; init; }

    public bool DryRun { get; init; }

    public bool Json { get; init; }
}
