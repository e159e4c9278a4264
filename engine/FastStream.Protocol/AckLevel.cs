namespace FastStream.Protocol;

/// <summary>How far a frame must have come before it is acked. Each level includes those before it.</summary>
public enum AckLevel : byte
{
    /// <summary>Never acked: a crash may lose anything, unnoticed.</summary>
    None = 0,

    /// <summary>Checked, sequenced and aggregated; a crash of the process may lose it.</summary>
    Applied = 1,

    /// <summary>Applied, and the write to the journal file returned: survives kill -9, not a power cut.</summary>
    Written = 2,

    /// <summary>Written, and the flush after it succeeded: survives a power cut. The default.</summary>
    Durable = 3,
}
