namespace FastStream.TestKit.Model;

/// <summary>What a sequenced frame is answered at once; the ack follows when its level is reached.</summary>
internal enum ModelVerdict
{
    /// <summary>Journaled and applied.</summary>
    Accepted,

    /// <summary>Journaled as a tombstone.</summary>
    RefusedForGood,

    /// <summary>Known already; acked again, not applied.</summary>
    Duplicate,

    /// <summary>Refused for now; the sequence has not moved.</summary>
    Refused,
}
