namespace FastStream.Engine.Journal;

/// <summary>The answer to an append. Anything but <see cref="Ok"/> has changed nothing.</summary>
internal enum AppendResult
{
    /// <summary>The entry is in the log's memory; it is durable once the durable address has passed its end.</summary>
    Ok,

    /// <summary>
    /// The log's memory holds as much unwritten data as it may; ask again when WrittenAddress has moved.
    /// </summary>
    Full,

    /// <summary>The next segment could not be had from the file system; the log tries again by itself.</summary>
    DiskFull,

    /// <summary>The payload is longer than <see cref="IEntryLog.MaxPayloadBytes"/>.</summary>
    TooLarge,

    /// <summary>
    /// The log has failed (<see cref="IEntryLog.Fault"/>) or is closed, and takes nothing until reopened.
    /// </summary>
    Faulted,
}
