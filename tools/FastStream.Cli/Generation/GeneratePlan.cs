using FastStream.Protocol;

namespace FastStream.Cli.Generation;

/// <summary>Everything that one <c>generate</c> was asked to do.</summary>
internal sealed record GeneratePlan
{
    public required string Host { get; init; }

    public required int Port { get; init; }

    public required string Stream { get; init; }

    /// <summary>The stream's kind of keys; the records made here have numbers.</summary>
    public KeyKind KeyKind { get; init; } = KeyKind.U64;

    /// <summary>0: the next one.</summary>
    public required ulong Epoch { get; init; }

    public required RecordGenerator Records { get; init; }

    public required long FrameCount { get; init; }

    public long FromSequence { get; init; } = 1;

    public int MaxInFlightFrames { get; init; } = 64;

    public AckLevel AckLevel { get; init; } = AckLevel.Durable;

    /// <summary>Reconnect for ever.</summary>
    public bool Retry { get; init; }

    public string? OutFile { get; init; }

    /// <summary>0: as fast as it goes.</summary>
    public double RecordsPerSecond { get; init; }

    public bool AutoEncoding { get; init; }

    public bool Compress { get; init; }

    public bool Json { get; init; }
}
