using FastStream.Engine.Ingress;
using FastStream.Engine.Journal;
using FastStream.Engine.Memory;
using FastStream.Engine.Monitoring;
using FastStream.Engine.Partitions;
using FastStream.Engine.Results;
using FastStream.Engine.Sequencing;

namespace FastStream.Engine.Delivery;

/// <summary>What delivery is made of; the engine puts it together.</summary>
internal sealed record DeliveryParts
{
    public required FrameRing Ring { get; init; }

    public required PartitionLoop[] Partitions { get; init; }

    public required FramePool Frames { get; init; }

    public required IEntryLog Journal { get; init; }

    public required IEntryLog ResultsLog { get; init; }

    public required ResultsStage Results { get; init; }

    public required DurableWaiters Waiters { get; init; }

    /// <summary>Delivery's own.</summary>
    public required Parker Parker { get; init; }

    /// <summary>Wakes the sequencer when slots have come free.</summary>
    public required Parker Sequencer { get; init; }

    public required EngineFault Fault { get; init; }

    /// <summary>Called once when the journal has failed: sessions must hear of it.</summary>
    public required Action OnJournalFault { get; init; }

    public required TimeProvider Clock { get; init; }

    /// <summary>Acks that may wait before no more frames are taken.</summary>
    public int WaitingAcks { get; init; } = AckGate.MaxWaiting;

    /// <summary>Delivery's own; the results stage, which runs on its thread, counts there too.</summary>
    public required CounterSet Counters { get; init; }
}
