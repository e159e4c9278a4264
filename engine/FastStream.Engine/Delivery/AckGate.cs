using FastStream.Engine.Ingress;
using FastStream.Engine.Journal;
using FastStream.Protocol;

namespace FastStream.Engine.Delivery;

/// <summary>
/// The fourth state machine: lets an ack out when its frame has reached the level the session asked for.
/// </summary>
/// <remarks>
/// Owner: the delivery thread. Two queues in journal order, one for the written and one for the durable level, so that
/// neither waits for the other. Invariant: no ack leaves above the address its level allows; after a journal fault
/// none leaves at these levels.
/// </remarks>
internal sealed class AckGate(IEntryLog journal, int maxWaiting = AckGate.MaxWaiting)
{
    /// <summary>Acks that may wait before delivery stops taking frames: bounds memory at about 16 MB.</summary>
    public const int MaxWaiting = 1 << 18;

    private const int InitialCapacity = 1_024;

    private readonly Queue<PendingAck> _written = new(Math.Min(InitialCapacity, maxWaiting));
    private readonly Queue<PendingAck> _durable = new(Math.Min(InitialCapacity, maxWaiting));

    /// <summary>Acks handed to sessions so far.</summary>
    public long SentCount { get; private set; }

    public bool IsFull => _written.Count + _durable.Count >= maxWaiting;

    /// <summary>Takes the ack of a frame that all partitions have applied.</summary>
    public void Add(Session session, long endAddress, in FrameAck ack)
    {
        switch (session.Level)
        {
            case AckLevel.None:
                break;
            case AckLevel.Applied:
                Send(session, ack);
                break;
            case AckLevel.Written:
                _written.Enqueue(new PendingAck(session, endAddress, ack));
                break;
            default:
                _durable.Enqueue(new PendingAck(session, endAddress, ack));
                break;
        }
    }

    /// <summary>Sends what may leave now. True if anything did.</summary>
    public bool Release()
    {
        // The fault is read before the addresses: what a failing log made durable before it failed is durable.
        bool hasFailed = journal.Fault is not null;
        long durable = journal.DurableAddress;
#if PLANTED_FAULTS
        durable = PlantedFaults.Is(PlantedFault.AckBeforeFlush) ? journal.WrittenAddress : durable;
#endif
        bool sent = Release(_durable, durable);
        if (hasFailed)
        {
            _written.Clear();
            _durable.Clear();
            return sent;
        }

        return Release(_written, journal.WrittenAddress) || sent;
    }

    private bool Release(Queue<PendingAck> waiting, long address)
    {
        bool sent = false;
        while (waiting.TryPeek(out PendingAck next) && next.EndAddress <= address)
        {
            waiting.Dequeue();
            FrameAck ack = next.ToAck();
            while (waiting.TryPeek(out PendingAck follower)
                && follower.EndAddress <= address
                && follower.Session == next.Session
                && TryJoin(ref ack, follower))
            {
                waiting.Dequeue();
            }

            Send(next.Session, ack);
            sent = true;
        }

        return sent;
    }

    private void Send(Session session, in FrameAck ack)
    {
        SentCount++;
        session.Output.Ack(ack);
    }

    // Neighbouring frames of one session share an ack: one message for a whole commit.
    private static bool TryJoin(ref FrameAck ack, in PendingAck next)
    {
        if (next.Sequence != ack.Last + 1
            || next.IsDuplicate != ack.IsDuplicate
            || ack.Refusals is not null
            || next.Refusals is not null)
        {
            return false;
        }

        ack.Last = next.Sequence;
        ack.Counts = ack.Counts.Add(next.Counts);
        return true;
    }
}
