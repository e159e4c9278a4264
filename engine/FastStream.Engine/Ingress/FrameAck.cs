using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Engine.Ingress;

/// <summary>
/// An ack on its way out: a range of frames of one session and what became of their records. An output reads it
/// during the call only.
/// </summary>
internal struct FrameAck
{
    public AckLevel Level;
    public bool IsDuplicate;
    public ulong First;
    public ulong Last;
    public AckCounts Counts;

    /// <summary>Refused records, at most <see cref="WireFormat.MaxRefusalsPerAck"/> of them; null when none.</summary>
    public RecordRefusal[]? Refusals;
}
