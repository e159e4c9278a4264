namespace FastStream.Engine.Monitoring;

/// <summary>Label and sentence of every <see cref="EngineCounter"/>.</summary>
public static class EngineCounterCatalog
{
    /// <summary>Numbers of counters are below this.</summary>
    internal const int IdLimit = 96;

    /// <summary>Every counter, by number.</summary>
    public static IReadOnlyList<EngineCounterInfo> All { get; } =
    [
        new(EngineCounter.ConnectionsAccepted, "connections_accepted", "Connections that were accepted."),
        new(
            EngineCounter.ConnectionsRefused,
            "connections_refused",
            "Connections that were refused: too many, or not allowed."),
        new(EngineCounter.ConnectionsClosed, "connections_closed", "Accepted connections that have ended."),
        new(
            EngineCounter.BytesReceived,
            "bytes_received",
            "Bytes that arrived in frames, headers and padding included."),
        new(
            EngineCounter.FramesReceived,
            "frames_received",
            "Frames that consume a sequence number and arrived whole or broken."),
        new(EngineCounter.FramesJournaled, "frames_journaled", "Received frames that were appended to the journal."),
        new(
            EngineCounter.FramesDuplicate,
            "frames_duplicate",
            "Received frames that had been journaled before and were acked again."),
        new(EngineCounter.FramesRefused, "frames_refused", "Received frames that were refused with a reason."),
        new(EngineCounter.FramesMalformed, "frames_malformed", "Received frames that could not be read."),
        new(EngineCounter.RecordsJournaled, "records_journaled", "Records of the frames that were journaled."),
        new(
            EngineCounter.BackPressureStops,
            "backpressure_stops",
            "Times a connection was not read because its bound was reached."),
        new(
            EngineCounter.SlowSendersCut,
            "slow_senders_cut",
            "Connections closed because a frame arrived too slowly."),
        new(
            EngineCounter.SlowReadersCut,
            "slow_readers_cut",
            "Connections closed because their answers were not read."),
        new(EngineCounter.AcksSent, "acks_sent", "Acks that were sent."),
        new(
            EngineCounter.HelloTimeouts,
            "hello_timeouts",
            "Connections closed because no hello came in time."),
        new(
            EngineCounter.IdleConnectionsCut,
            "idle_connections_cut",
            "Connections closed because nothing came for too long."),
        new(
            EngineCounter.ReadersCutForMemory,
            "readers_cut_for_memory",
            "Connections closed because answers of all connections took too much memory."),
        new(EngineCounter.JournalEntriesAppended, "journal_entries_appended", "Entries appended to the journal."),
        new(
            EngineCounter.JournalBytesAppended,
            "journal_bytes_appended",
            "Bytes appended to the journal, headers included."),
        new(EngineCounter.JournalCommits, "journal_commits", "Commits of the journal that succeeded."),
        new(
            EngineCounter.JournalFullWaits,
            "journal_full_waits",
            "Times an append waited because the log's memory was full."),
        new(EngineCounter.DiskFullRefusals, "disk_full_refusals", "Frames and orders refused as the disk was full."),
        new(
            EngineCounter.FramesRecovered,
            "frames_recovered",
            "Frames that were applied again from the journal at start."),
        new(
            EngineCounter.LimitRefusals,
            "limit_refusals",
            "Streams, producers, schemas and dictionaries refused because a limit was reached."),
        new(EngineCounter.RecordsPrepared, "records_prepared", "Records that passed preparation."),
        new(EngineCounter.RecordsRefusedByRule, "records_refused_by_rule", "Records refused by a preparation rule."),
        new(
            EngineCounter.RecordsFuture,
            "records_future",
            "Records refused because they lay too far ahead of their arrival."),
        new(
            EngineCounter.RecordsOutOfTimeRange,
            "records_out_of_time_range",
            "Records refused because their time has no window in 64 bits."),
        new(EngineCounter.RecordsOverKeyLimit, "records_over_key_limit", "Records of keys beyond the stream's limit."),
        new(
            EngineCounter.RecordsInTombstones,
            "records_in_tombstones",
            "Records of frames that were refused for good."),
        new(EngineCounter.WindowsClosed, "windows_closed", "Windows that closed."),
        new(EngineCounter.ResultEntriesAppended, "result_entries_appended", "Entries appended to the results log."),
        new(EngineCounter.ResultRowsAppended, "result_rows_appended", "Rows appended to the results log."),
        new(
            EngineCounter.ResultBytesAppended,
            "result_bytes_appended",
            "Bytes appended to the results log, headers included."),
        new(
            EngineCounter.ResultEntriesCompared,
            "result_entries_compared",
            "Entries of the results log that a replay gave again, equal in every byte."),
        new(
            EngineCounter.ResultEntriesReleased,
            "result_entries_released",
            "Entries that left for subscribers and sinks."),
        new(
            EngineCounter.SubscribersCut,
            "subscribers_cut",
            "Subscribers that were cut because they did not keep up."),
        new(
            EngineCounter.ResultHandlersFailed,
            "result_handlers_failed",
            "Result handlers that threw and were taken off."),
        new(EngineCounter.QueriesAnswered, "queries_answered", "Queries that were answered."),
        new(EngineCounter.QueryRowsReturned, "query_rows_returned", "Rows that answers to queries carried."),
        new(EngineCounter.SnapshotsCompleted, "snapshots_completed", "Snapshots that are complete and durable."),
        new(EngineCounter.SnapshotBytesWritten, "snapshot_bytes_written", "Bytes written to the state log."),
    ];
}
