namespace FastStream.Protocol.Messages;

/// <summary>One refused record in an ack: 16 bytes on the wire.</summary>
/// <param name="Sequence">The frame.</param>
/// <param name="RecordIndex">The record's place in the frame, from 0.</param>
/// <param name="Reason">Why.</param>
/// <param name="Detail">The place of the rule, or 0.</param>
public readonly record struct RecordRefusal(ulong Sequence, uint RecordIndex, RefusalReason Reason, ushort Detail);
