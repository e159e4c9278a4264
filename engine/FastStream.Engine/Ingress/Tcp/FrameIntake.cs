using System.Buffers;
using FastStream.Engine.Memory;
using FastStream.Protocol;

namespace FastStream.Engine.Ingress.Tcp;

/// <summary>
/// Turns a received frame into one of the engine's: copied once into a block of its own, checked, decoded, and split
/// by partition where that can be known.
/// </summary>
/// <remarks>Owner: a connection's pump. Nothing is allocated per frame.</remarks>
internal sealed class FrameIntake(FramePool frames, PartitionIndex index, FrameCharge charge)
{
    private long _scratchBytes; // of the last data frame: a guess for the next one, so that one block does

    /// <summary>
    /// Takes a frame. False without an error: the engine has no room for it now. False with an error: its bytes are
    /// broken, and so is the connection. A frame that is whole but cannot be decoded is taken, with its fault.
    /// </summary>
    public bool TryTake(
        Session session,
        in FrameHeader header,
        in ReadOnlySequence<byte> bytes,
        out InboundFrame? frame,
        out FrameError error)
    {
        frame = null;
        error = FrameError.None;
        long guessBytes = header.Kind == FrameKind.Data ? _scratchBytes : 0;
        long firstBytes = FirstBlockBytes(header, ref guessBytes);
        if (!TryRent(firstBytes, out BlockLease block))
        {
            return false;
        }

        bytes.CopyTo(block.Span);
        ReadOnlySpan<byte> copy = block.Span[..header.FrameBytes];
        error = FrameReader.CheckPayload(copy, header);
        if (error != FrameError.None)
        {
            block.Dispose();
            return false;
        }

        long scratchBytes = 0;
        FrameError fault = header.Kind == FrameKind.Data
            ? DataFrameDecoder.TryGetScratchBytes(copy, header, session.KeyKind, out scratchBytes)
            : FrameError.None;
        if (charge.IsTooLarge(FramePool.BlockBytes(header, scratchBytes)))
        {
            fault = FrameError.FrameTooLarge; // it stays in the block that it has, undecoded
            scratchBytes = 0;
        }

        if (fault == FrameError.None && !TryEnlarge(header, scratchBytes, ref block))
        {
            return false;
        }

        frame = frames.Get();
        long blockBytes = FramePool.BlockBytes(header, Math.Max(guessBytes, scratchBytes));
        frame.Take(session, header, block, claimedBytes: charge.Of(header, blockBytes));
        if (header.Kind == FrameKind.Data && fault == FrameError.None)
        {
            _scratchBytes = scratchBytes;
            fault = FrameDecoding.Decode(frame, session.KeyKind, checkPayload: false, scratchBytes);
        }

        frame.Fault = fault;
        if (header.Kind == FrameKind.Data && fault == FrameError.None && session.KeyKind == KeyKind.U64)
        {
            // A text frame's ids may stand in a dictionary frame that is still on its way: the sequencer splits it.
            index.Split(frame, dictionary: null);
        }

        return true;
    }

    // The guess was too small: a larger block, and one more copy. On failure the first block is given back.
    private bool TryEnlarge(in FrameHeader header, long scratchBytes, ref BlockLease block)
    {
        long blockBytes = FramePool.BlockBytes(header, scratchBytes);
        if (blockBytes <= block.CapacityBytes)
        {
            return true;
        }

        using BlockLease small = block;
        if (!TryRent(blockBytes, out block))
        {
            return false;
        }

        small.Span[..header.FrameBytes].CopyTo(block.Span);
        return true;
    }

    // With the guess where that may be had at all, else without; for a frame that is refused for its size anyhow, the
    // bytes that came.
    private long FirstBlockBytes(in FrameHeader header, ref long guessBytes)
    {
        long bytes = FramePool.BlockBytes(header, guessBytes);
        if (!charge.IsTooLarge(bytes))
        {
            return bytes;
        }

        guessBytes = 0;
        bytes = FramePool.BlockBytes(header, 0);
        return charge.IsTooLarge(bytes) ? WireFormat.Align(header.FrameBytes) : bytes;
    }

    private bool TryRent(long blockBytes, out BlockLease block) =>
        frames.Blocks.TryRent((int)blockBytes, BlockPurpose.Frame, out block);
}
