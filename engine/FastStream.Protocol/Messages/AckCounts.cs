namespace FastStream.Protocol.Messages;

/// <summary>What became of the records of the acked frames.</summary>
public readonly record struct AckCounts
{
    /// <summary>Records prepared and handed to the views.</summary>
    public long Accepted { get; init; }

    /// <summary>Records refused by a rule or because their time cannot be represented.</summary>
    public long Refused { get; init; }

    /// <summary>Records refused because their event time is too far ahead.</summary>
    public long Future { get; init; }

    /// <summary>Records refused because the stream has as many keys as it may.</summary>
    public long KeyLimit { get; init; }

    /// <summary>Accepted records that came too late for at least one view.</summary>
    public long Late { get; init; }

    /// <summary>Records of frames that had been accepted before.</summary>
    public long Duplicates { get; init; }

    /// <summary>Adds two counts.</summary>
    /// <param name="left">The one.</param>
    /// <param name="right">The other.</param>
    /// <returns>Their sum.</returns>
    public static AckCounts operator +(in AckCounts left, in AckCounts right) => left.Add(right);

    /// <summary>Adds other counts to these.</summary>
    /// <param name="other">The other counts.</param>
    /// <returns>Their sum.</returns>
    public AckCounts Add(in AckCounts other) => new()
    {
        Accepted = Accepted + other.Accepted,
        Refused = Refused + other.Refused,
        Future = Future + other.Future,
        KeyLimit = KeyLimit + other.KeyLimit,
        Late = Late + other.Late,
        Duplicates = Duplicates + other.Duplicates,
    };
}
