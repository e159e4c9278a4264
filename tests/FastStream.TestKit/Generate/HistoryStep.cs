namespace FastStream.TestKit.Generate;

/// <summary>
/// One step of a random history. Producers are numbers from 0; event times are seconds relative to the moment of the
/// step, so that a step means the same wherever shrinking leaves it.
/// </summary>
internal abstract record HistoryStep
{
    /// <summary>A data frame of one producer, under its next sequence number or a wrong one.</summary>
    internal sealed record Data(int Producer, SequenceChoice Choice, RecordDraft[] Records) : HistoryStep
    {
        /// <inheritdoc/>
        public override string ToString() =>
            $"Data({Producer}, {Choice}, {string.Join<RecordDraft>(' ', Records)})";
    }

    /// <summary>A data frame that is whole and cannot be read.</summary>
    internal sealed record Unreadable(int Producer, RecordDraft[] Records) : HistoryStep
    {
        /// <inheritdoc/>
        public override string ToString() => $"Unreadable({Producer}, {Records.Length} records)";
    }

    /// <summary>A time frame.</summary>
    internal sealed record Promise(int Producer, int Seconds) : HistoryStep;

    /// <summary>An end frame.</summary>
    internal sealed record End(int Producer) : HistoryStep;

    /// <summary>The session ends and the next frame opens another one of the same epoch.</summary>
    internal sealed record Reconnect(int Producer) : HistoryStep;

    /// <summary>A session of the next epoch takes over.</summary>
    internal sealed record NewEpoch(int Producer) : HistoryStep;

    /// <summary>Nothing comes for so long that every live source but the latest is set aside.</summary>
    internal sealed record Idle : HistoryStep;

    /// <summary>The machine's clock is put forward or back by so many days.</summary>
    internal sealed record ClockJump(int Days) : HistoryStep;

    /// <summary>The watermark is moved by hand.</summary>
    internal sealed record Advance(int Seconds) : HistoryStep;

    /// <summary>A snapshot is taken.</summary>
    internal sealed record Snapshot : HistoryStep;

    /// <summary>The engine ends in some way and is opened again with another number of partitions.</summary>
    internal sealed record Restart(int PartitionCount, EngineEnd How) : HistoryStep;

    /// <summary>A further view is added.</summary>
    internal sealed record AddView : HistoryStep;
}
