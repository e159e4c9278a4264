using FastStream.Engine.Ingress;
using FastStream.Engine.Monitoring;
using FastStream.Engine.Partitions;
using FastStream.Engine.Sequencing;
using FastStream.Protocol.Messages;

namespace FastStream.Engine.Delivery;

/// <summary>What a frame's ack says, once all partitions have passed its slot.</summary>
/// <remarks>Delivery only. Joins what the partitions counted, and counts it for the ledger: once a frame.</remarks>
internal static class FrameAcks
{
    /// <summary>The ack of a slot's frame.</summary>
    public static FrameAck Create(FrameSlot slot, Session session, CounterSet counters)
    {
        FrameAck ack = new()
        {
            Level = session.Level,
            IsDuplicate = slot.IsDuplicate,
            First = slot.FrameSequence,
            Last = slot.FrameSequence,
        };
        if (slot.IsDuplicate)
        {
            ack.Counts = new AckCounts { Duplicates = slot.DuplicateRecords };
        }
        else if (slot.Kind == SlotKind.Data)
        {
            ref FrameOutcome outcome = ref slot.Outcomes[0]; // the slot's own, not read again: most of it is unused
            for (int p = 1; p < slot.Outcomes.Length; p++)
            {
                outcome.Merge(slot.Outcomes[p]);
            }

            Count(outcome, counters);
            ack.Counts = new AckCounts
            {
                Accepted = outcome.Accepted,
                Refused = outcome.Refused,
                Future = outcome.Future,
                KeyLimit = outcome.KeyLimit,
                Late = outcome.Late,
            };
            ack.Refusals = outcome.RefusalCount == 0 ? null : RefusalList.Create(slot.FrameSequence, outcome);
        }

        return ack;
    }

    private static void Count(in FrameOutcome outcome, CounterSet counters)
    {
        counters.Add(EngineCounter.RecordsPrepared, outcome.Accepted);
        counters.Add(EngineCounter.RecordsRefusedByRule, outcome.Refused - outcome.TimeRange);
        counters.Add(EngineCounter.RecordsOutOfTimeRange, outcome.TimeRange);
        counters.Add(EngineCounter.RecordsFuture, outcome.Future);
        counters.Add(EngineCounter.RecordsOverKeyLimit, outcome.KeyLimit);
    }
}
