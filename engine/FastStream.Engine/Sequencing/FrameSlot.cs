using FastStream.Engine.Ingress;
using FastStream.Engine.Partitions;

namespace FastStream.Engine.Sequencing;

/// <summary>
/// One cell of the frame ring: what happened at one journal address, as the partitions need it.
/// </summary>
/// <remarks>
/// Filled by the sequencer between claim and publish, read by partitions until they pass it, each of which writes
/// only its own element of <see cref="Outcomes"/>; reset by delivery before the slot is freed.
/// </remarks>
internal sealed class FrameSlot(int partitionCount)
{
    public SlotKind Kind { get; set; }

    /// <summary>Journal address of the entry: the cause of whatever follows from it.</summary>
    public long Address { get; set; }

    /// <summary>Address after the entry: the frame is durable when the journal is durable up to here.</summary>
    public long EndAddress { get; set; }

    public StreamState? Stream { get; set; }

    /// <summary>The frame, whose block lives until delivery has seen every partition pass the slot.</summary>
    public InboundFrame? Frame { get; set; }

    /// <summary>Source time as the records of this frame see it.</summary>
    public FrameContext Context { get; set; }

    /// <summary>The stream's watermark after this entry.</summary>
    public long WatermarkAfter { get; set; }

    /// <summary>Keys by the producer's ids (text streams), complete for this frame.</summary>
    public ulong[]? Dictionary { get; set; }

    /// <summary>Who is to be told, and under which sequence; null in a replay.</summary>
    public Session? Session { get; set; }

    public ulong FrameSequence { get; set; }

    /// <summary>The frame was taken before; only its ack is due.</summary>
    public bool IsDuplicate { get; set; }

    /// <summary>For a duplicate: how many records the frame has, for its ack.</summary>
    public int DuplicateRecords { get; set; }

    /// <summary>For Tombstone: how many records the refused frame had.</summary>
    public int TombstoneRecords { get; set; }

    /// <summary>Which stream field each column of the frame is.</summary>
    public RecordLayout? Layout { get; set; }

    /// <summary>For Definition, Snapshot and Question: what to do.</summary>
    public IPartitionTask? Task { get; set; }

    /// <summary>What became of the records, one element a partition, written by that partition alone.</summary>
    public FrameOutcome[] Outcomes { get; } = new FrameOutcome[partitionCount];

    /// <summary>Delivery only: forgets what the slot referred to.</summary>
    public void Reset()
    {
        Stream = null;
        Frame = null;
        Dictionary = null;
        Layout = null;
        Session = null;
        Task = null;
        IsDuplicate = false;
        DuplicateRecords = 0;
        EndAddress = 0;
    }
}
