using FastStream.Protocol;

namespace FastStream.Engine.Ingress;

/// <summary>
/// Decodes a frame in its block: columns as they are stay in place, encoded ones go to the scratch behind.
/// </summary>
internal static unsafe class FrameDecoding
{
    /// <summary>Fills the frame's batch; the block was sized by <see cref="FramePool.BlockBytes"/>.</summary>
    public static FrameError Decode(InboundFrame frame, KeyKind keyKind, bool checkPayload, long scratchBytes)
    {
        byte* scratch = frame.Pointer + WireFormat.Align(frame.FrameBytes);
        frame.RowSpace = (ushort*)(scratch + scratchBytes);
        return DataFrameDecoder.TryDecode(
            frame.Pointer, frame.FrameBytes, frame.Header, keyKind, checkPayload, scratch, scratchBytes, frame.Batch);
    }
}
