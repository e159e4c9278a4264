namespace FastStream.TestKit.Model;

/// <summary>One connection: one (stream, producer) in one epoch, with the ack level of its hello.</summary>
internal sealed record ModelSession(string Stream, string Producer, long Epoch, ModelAckLevel Level)
{
    /// <summary>What the welcome said: the last sequence taken in this epoch.</summary>
    public long LastSequence { get; init; }

    /// <summary>Fenced, left, or lost with a crash.</summary>
    public bool Closed { get; set; }
}
