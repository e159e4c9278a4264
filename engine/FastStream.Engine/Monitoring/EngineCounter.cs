namespace FastStream.Engine.Monitoring;

/// <summary>
/// What the engine counts. A number is frozen once released; groups leave room for more. Labels and sentences for
/// people stand in <see cref="EngineCounterCatalog"/>.
/// </summary>
public enum EngineCounter
{
    /// <summary>Connections that were accepted.</summary>
    ConnectionsAccepted = 0,

    /// <summary>Connections that were refused: too many, or not allowed.</summary>
    ConnectionsRefused = 1,

    /// <summary>Accepted connections that have ended.</summary>
    ConnectionsClosed = 2,

    /// <summary>Bytes that arrived in frames, headers and padding included.</summary>
    BytesReceived = 3,

    /// <summary>Frames that consume a sequence number and arrived whole or broken.</summary>
    FramesReceived = 4,

    /// <summary>Received frames that were appended to the journal.</summary>
    FramesJournaled = 5,

    /// <summary>Received frames that had been journaled before and were acked again.</summary>
    FramesDuplicate = 6,

    /// <summary>Received frames that were refused with a reason.</summary>
    FramesRefused = 7,

    /// <summary>Received frames that could not be read.</summary>
    FramesMalformed = 8,

    /// <summary>Records of the frames that were journaled.</summary>
    RecordsJournaled = 9,

    /// <summary>Times a connection was not read because its bound was reached.</summary>
    BackPressureStops = 10,

    /// <summary>Connections closed because a frame arrived too slowly.</summary>
    SlowSendersCut = 11,

    /// <summary>Connections closed because their answers were not read.</summary>
    SlowReadersCut = 12,

    /// <summary>Acks that were sent.</summary>
    AcksSent = 13,

    /// <summary>Connections closed because no hello came in time.</summary>
    HelloTimeouts = 14,

    /// <summary>Connections closed because nothing came for too long.</summary>
    IdleConnectionsCut = 15,

    /// <summary>Connections closed because answers of all connections took too much memory.</summary>
    ReadersCutForMemory = 16,

    /// <summary>Entries appended to the journal.</summary>
    JournalEntriesAppended = 20,

    /// <summary>Bytes appended to the journal, headers included.</summary>
    JournalBytesAppended = 21,

    /// <summary>Commits of the journal that succeeded.</summary>
    JournalCommits = 22,

    /// <summary>Times an append waited because the log's memory was full.</summary>
    JournalFullWaits = 23,

    /// <summary>Frames, sessions and orders refused because the disk was full.</summary>
    DiskFullRefusals = 24,

    /// <summary>Frames that were applied again from the journal at start.</summary>
    FramesRecovered = 25,

    /// <summary>Streams, producers, schemas and dictionaries that were refused because a limit was reached.</summary>
    LimitRefusals = 26,

    /// <summary>Records that passed preparation.</summary>
    RecordsPrepared = 40,

    /// <summary>Records refused by a preparation rule.</summary>
    RecordsRefusedByRule = 41,

    /// <summary>Records refused because they lay too far ahead of their arrival.</summary>
    RecordsFuture = 42,

    /// <summary>Records refused because their time has no window in 64 bits.</summary>
    RecordsOutOfTimeRange = 43,

    /// <summary>Records of keys beyond the stream's limit.</summary>
    RecordsOverKeyLimit = 44,

    /// <summary>Records of frames that were refused for good.</summary>
    RecordsInTombstones = 45,

    /// <summary>Windows that closed.</summary>
    WindowsClosed = 46,

    /// <summary>Entries appended to the results log.</summary>
    ResultEntriesAppended = 60,

    /// <summary>Rows appended to the results log.</summary>
    ResultRowsAppended = 61,

    /// <summary>Bytes appended to the results log, headers included.</summary>
    ResultBytesAppended = 62,

    /// <summary>Entries of the results log that a replay gave again, equal in every byte.</summary>
    ResultEntriesCompared = 63,

    /// <summary>Entries that left for subscribers and sinks.</summary>
    ResultEntriesReleased = 64,

    /// <summary>Subscribers that were cut because they did not keep up.</summary>
    SubscribersCut = 65,

    /// <summary>Result handlers that threw and were taken off.</summary>
    ResultHandlersFailed = 66,

    /// <summary>Queries that were answered.</summary>
    QueriesAnswered = 80,

    /// <summary>Rows that answers to queries carried.</summary>
    QueryRowsReturned = 81,

    /// <summary>Snapshots that are complete and durable.</summary>
    SnapshotsCompleted = 90,

    /// <summary>Bytes written to the state log.</summary>
    SnapshotBytesWritten = 91,
}
