using FastStream.Engine.Partitions;
using FastStream.Protocol.Messages;
using WireReason = FastStream.Protocol.RefusalReason;

namespace FastStream.Engine.Delivery;

/// <summary>
/// Puts a frame's refusals into the words of the wire. Allocates: only frames with refusals come here.
/// </summary>
internal static class RefusalList
{
    public static RecordRefusal[] Create(ulong sequence, in FrameOutcome outcome)
    {
        RecordRefusal[] refusals = new RecordRefusal[outcome.RefusalCount];
        for (int i = 0; i < refusals.Length; i++)
        {
            ushort reason = outcome.RefusedReason(i);
            refusals[i] = new RecordRefusal(sequence, outcome.RefusedIndex(i), WireReasonOf(reason), DetailOf(reason));
        }

        return refusals;
    }

    private static WireReason WireReasonOf(ushort reason) => reason switch
    {
        RefusalReason.Future => WireReason.Future,
        RefusalReason.TimeRange => WireReason.TimeRange,
        RefusalReason.KeyLimit => WireReason.KeyLimit,
        _ => WireReason.Rule,
    };

    private static ushort DetailOf(ushort reason) =>
        reason >= RefusalReason.FirstRule ? (ushort)(reason - RefusalReason.FirstRule) : (ushort)0;
}
