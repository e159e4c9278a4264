namespace FastStream.Engine.Memory;

/// <summary>What a lease is for; the pool counts outstanding leases by it, so that a leak names its place.</summary>
internal enum BlockPurpose
{
    /// <summary>Bytes being received, not yet known to be a whole frame.</summary>
    Receive,

    /// <summary>A whole frame on its way through sequencing and partitions, with the scratch of its decoding.</summary>
    Frame,

    /// <summary>Rows by partition beside a frame.</summary>
    Index,

    /// <summary>Closed windows on their way to the results log.</summary>
    Results,

    /// <summary>State being written to or read from the state log.</summary>
    Snapshot,

    /// <summary>An answer to a query or a subscriber.</summary>
    Serving,

    /// <summary>Entries being read back from a log.</summary>
    Replay,
}
