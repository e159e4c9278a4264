using FastStream.Engine.Ingress;
using FastStream.Engine.Memory;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Engine.Repair;

/// <summary>What a journaled frame says about itself, as far as a repair has to know.</summary>
/// <param name="Kind">Data, dictionary, time or end.</param>
/// <param name="RecordCount">Records in it.</param>
/// <param name="MinTimeNs">Least event time, when it has records.</param>
/// <param name="MaxTimeNs">Highest event time.</param>
/// <param name="KeyIdsUntil">It names dictionary ids below this.</param>
/// <param name="FirstNewId">A dictionary goes on at this id.</param>
/// <param name="NewIdCount">And adds so many.</param>
internal readonly record struct FrameLook(
    FrameKind Kind, int RecordCount, long MinTimeNs, long MaxTimeNs, long KeyIdsUntil, uint FirstNewId, int NewIdCount)
{
    /// <summary>Null when the frame cannot be read, which its checksums rule out but for a bug.</summary>
    internal static unsafe FrameLook? Of(ReadOnlySpan<byte> bytes, KeyKind keyKind, FramePool frames)
    {
        FrameLimits limits = new(WireFormat.HardMaxFrameBytes, WireFormat.MaxRecordsPerFrame);
        if (bytes.Length < WireFormat.HeaderBytes
            || FrameHeader.TryRead(bytes, limits, out FrameHeader header) != FrameError.None)
        {
            return null;
        }

        if (header.Kind == FrameKind.Dictionary)
        {
            ReadOnlySpan<byte> payload = bytes.Slice(WireFormat.HeaderBytes, header.PayloadBytes);
            return DictionaryReader.TryRead(payload, out DictionaryReader dictionary) == FrameError.None
                ? new FrameLook(header.Kind, 0, 0, 0, 0, dictionary.FirstId, dictionary.Count)
                : null;
        }

        if (header.Kind != FrameKind.Data)
        {
            return new FrameLook(header.Kind, 0, 0, 0, 0, 0, 0);
        }

        if (DataFrameDecoder.TryGetScratchBytes(bytes, header, keyKind, out long scratchBytes) != FrameError.None)
        {
            return null;
        }

        BlockLease block = frames.Blocks.Rent((int)FramePool.BlockBytes(header, scratchBytes), BlockPurpose.Replay);
        InboundFrame frame = frames.Get();
        frame.Take(session: null, header, block, claimedBytes: 0);
        try
        {
            bytes.CopyTo(block.Span);
            if (FrameDecoding.Decode(frame, keyKind, checkPayload: false, scratchBytes) != FrameError.None)
            {
                return null;
            }

            RecordBatch batch = frame.Batch;
            long until = keyKind == KeyKind.Text ? batch.MaxKeyId + 1L : 0;
            return new FrameLook(header.Kind, header.RecordCount, batch.MinTime, batch.MaxTime, until, 0, 0);
        }
        finally
        {
            frames.Discard(frame);
        }
    }
}
