using FastStream.Engine.Ingress;
using FastStream.Engine.Journal;
using FastStream.Engine.Memory;
using FastStream.Engine.Monitoring;

namespace FastStream.Engine.Sequencing;

/// <summary>What the sequencer is made of; the engine puts it together.</summary>
internal sealed record SequencerParts
{
    public required EngineState State { get; init; }

    public required EntryApplier Applier { get; init; }

    public required IEntryLog Journal { get; init; }

    public required BoundedMpscRing<InboundFrame> Inbox { get; init; }

    public required FramePool Frames { get; init; }

    public required PartitionIndex Index { get; init; }

    public required CounterSet Counters { get; init; }

    public required TimeProvider Clock { get; init; }

    public required Parker Parker { get; init; }

    public required EngineFault Fault { get; init; }

    /// <summary>Whether closed windows find no room on the disk: then nothing that closes more is taken.</summary>
    public required Func<bool> AreResultsFull { get; init; }

    public bool AllowNewStreams { get; init; } = true;
}
