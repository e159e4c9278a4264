using FastStream.Engine.Delivery;
using FastStream.Engine.Partitions;
using FastStream.Engine.Results;

namespace FastStream.Engine;

/// <summary>
/// How much fits between the loops. Not for users: what is right follows from the loops themselves. A simulation takes
/// the smallest that work, so that every queue is full now and then and an engine opens in no time.
/// </summary>
internal sealed record EngineSizes
{
    /// <summary>Frames that wait for the sequencer.</summary>
    public int InboxFrames { get; init; } = 16_384;

    /// <summary>
    /// Bytes of a frame up to which the thread that brings it takes it through the loops itself where all of them rest.
    /// Larger ones are work enough to share, and waking costs little beside them.
    /// </summary>
    public int ChainedFrameBytes { get; init; } = 16 << 10;

    /// <summary>
    /// Whether the thread that brings a larger frame sequences it all the same. An engine that keeps nothing always
    /// does: nothing is copied or flushed, so that sequencing costs less than waking somebody for it.
    /// </summary>
    public bool SequencesLargerFrames { get; init; }

    /// <summary>Records of one frame at most.</summary>
    public int FrameRecords { get; init; } = PartitionMemory.MaxRows;

    /// <summary>Rows of a closed window that go in one slice.</summary>
    public int RowsPerSlice { get; init; } = 512;

    /// <summary>Slices of closed windows between a partition and delivery.</summary>
    public int SlicesPerPartition { get; init; } = SliceLane.Capacity;

    /// <summary>Result entries between building and leaving.</summary>
    public int ResultEntries { get; init; } = ResultsLogWriter.EntryCapacity;

    /// <summary>Marks of each log's age that there is room for at once; more are taken when needed.</summary>
    public int RetentionMarks { get; init; } = 4_096;

    /// <summary>Acks that may wait before delivery takes no more frames.</summary>
    public int WaitingAcks { get; init; } = AckGate.MaxWaiting;
}
