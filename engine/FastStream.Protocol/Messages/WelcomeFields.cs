namespace FastStream.Protocol.Messages;

/// <summary>The fixed part of a welcome.</summary>
public readonly record struct WelcomeFields
{
    /// <summary>The version the server speaks.</summary>
    public ushort ProtocolVersion { get; init; }

    /// <summary>The kind of the stream's keys.</summary>
    public KeyKind KeyKind { get; init; }

    /// <summary>The level acks will have; lower than asked for when the server's disk keeps nothing.</summary>
    public AckLevel AckLevel { get; init; }

    /// <summary>Dictionary ids of this epoch that the server knows: the next new id.</summary>
    public uint DictionaryCount { get; init; }

    /// <summary>The epoch of the session.</summary>
    public ulong Epoch { get; init; }

    /// <summary>The last sequence accepted in this epoch; 0 for none.</summary>
    public ulong LastSequence { get; init; }

    /// <summary>Largest frame that the server takes.</summary>
    public int MaxFrameBytes { get; init; }

    /// <summary>Bytes that may be unacked before the server stops reading.</summary>
    public int MaxInFlightBytes { get; init; }

    /// <summary>Most records in a frame.</summary>
    public int MaxRecordsPerFrame { get; init; }
}
