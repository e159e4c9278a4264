using FastStream.Engine.Ingress;
using FastStream.Protocol.Messages;

namespace FastStream.Engine.Delivery;

/// <summary>
/// The ack of a frame that waits for it to be written or durable. Tens of thousands wait between two flushes, so it is
/// packed: 64 bytes, a line of the cache.
/// </summary>
internal readonly struct PendingAck(Session session, long endAddress, in FrameAck ack)
{
    // A frame has at most 65,536 records.
    private readonly int _accepted = (int)ack.Counts.Accepted;
    private readonly int _refused = (int)ack.Counts.Refused;
    private readonly int _future = (int)ack.Counts.Future;
    private readonly int _keyLimit = (int)ack.Counts.KeyLimit;
    private readonly int _late = (int)ack.Counts.Late;
    private readonly int _duplicates = (int)ack.Counts.Duplicates;

    public readonly Session Session = session;

    /// <summary>Journal address after its frame.</summary>
    public readonly long EndAddress = endAddress;

    public readonly ulong Sequence = ack.First;

    public readonly RecordRefusal[]? Refusals = ack.Refusals;

    public readonly bool IsDuplicate = ack.IsDuplicate;

    /// <summary>What became of its records.</summary>
    public AckCounts Counts => new()
    {
        Accepted = _accepted,
        Refused = _refused,
        Future = _future,
        KeyLimit = _keyLimit,
        Late = _late,
        Duplicates = _duplicates,
    };

    /// <summary>The ack as it will leave.</summary>
    public FrameAck ToAck() => new()
    {
        Level = Session.Level,
        IsDuplicate = IsDuplicate,
        First = Sequence,
        Last = Sequence,
        Counts = Counts,
        Refusals = Refusals,
    };
}
