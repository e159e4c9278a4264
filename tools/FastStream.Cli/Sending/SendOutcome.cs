using FastStream.Protocol;

namespace FastStream.Cli.Sending;

/// <summary>What became of what was sent.</summary>
internal sealed record SendOutcome
{
    /// <summary>Rows passed over because an earlier run had sent them.</summary>
    public long SkippedRows { get; init; }

    /// <summary>Records read from the source and sent.</summary>
    public long SentRecords { get; init; }

    public long FrameCount { get; init; }

    /// <summary>Bytes of frames given to the socket.</summary>
    public long SentBytes { get; init; }

    /// <summary>Records in acked frames, duplicates included.</summary>
    public long AckedRecords { get; init; }

    /// <summary>Of these, in frames that the server had already stored.</summary>
    public long DuplicateRecords { get; init; }

    /// <summary>Refused by a rule.</summary>
    public long RefusedRecords { get; init; }

    /// <summary>Refused because their event time is too far ahead.</summary>
    public long FutureRecords { get; init; }

    /// <summary>Refused because the stream has as many keys as it may.</summary>
    public long KeyLimitRecords { get; init; }

    /// <summary>Accepted, but late for at least one view.</summary>
    public long LateRecords { get; init; }

    /// <summary>The ack level that the server granted, which may be below the one asked for.</summary>
    public AckLevel AckLevel { get; init; }

    public long BadLines { get; init; }

    public TimeSpan Elapsed { get; init; }
}
