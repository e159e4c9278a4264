using System.Buffers;
using System.Buffers.Binary;

namespace FastStream.Protocol;

/// <summary>Cuts a run of bytes into frames without copying them.</summary>
public static class FrameReader
{
    /// <summary>
    /// Takes the next whole frame off the front of the buffer. The payload's checksum is not looked at:
    /// see <see cref="CheckPayload(ReadOnlySpan{byte}, in FrameHeader)"/>.
    /// </summary>
    /// <param name="buffer">What has been received; moved behind the frame when there is one.</param>
    /// <param name="limits">What the receiver takes; checked as soon as the header is there.</param>
    /// <param name="header">The frame's header. Also set while the rest of the frame is still to come.</param>
    /// <param name="frame">The whole frame, header and fill included; a view into the buffer.</param>
    /// <param name="error">What is wrong; the bytes that follow cannot be cut into frames any more.</param>
    /// <returns>True with a frame; false with no error when more bytes are needed; false with an error.</returns>
    public static bool TryReadFrame(
        ref ReadOnlySequence<byte> buffer,
        FrameLimits limits,
        out FrameHeader header,
        out ReadOnlySequence<byte> frame,
        out FrameError error)
    {
        frame = default;
        error = TryReadHeader(buffer, limits, out header);
        if (error != FrameError.None || header.Kind == FrameKind.None || buffer.Length < header.FrameBytes)
        {
            return false;
        }

        SequencePosition end = buffer.GetPosition(header.FrameBytes);
        frame = buffer.Slice(0, end);
        buffer = buffer.Slice(end);
        return true;
    }

    /// <summary>Checks the payload of a whole frame: its checksum and the zeros that fill it up.</summary>
    /// <param name="frame">The whole frame.</param>
    /// <param name="header">Its header.</param>
    /// <returns>What is wrong, or <see cref="FrameError.None"/>.</returns>
    public static FrameError CheckPayload(ReadOnlySpan<byte> frame, in FrameHeader header)
    {
        ReadOnlySpan<byte> body = frame[WireFormat.HeaderBytes..header.FrameBytes];
        if (Crc32C.Compute(body) != header.PayloadCrc32C)
        {
            return FrameError.BadPayloadCrc;
        }

        return body[header.PayloadBytes..].ContainsAnyExcept((byte)0) ? FrameError.BadPadding : FrameError.None;
    }

    /// <summary>Reads the header of a whole frame in one piece and checks the payload too.</summary>
    /// <param name="frame">The whole frame and nothing else.</param>
    /// <param name="limits">What the receiver takes.</param>
    /// <param name="header">The header, when nothing is wrong with it.</param>
    /// <returns>What is wrong, or <see cref="FrameError.None"/>.</returns>
    public static FrameError TryReadWhole(ReadOnlySpan<byte> frame, FrameLimits limits, out FrameHeader header)
    {
        header = default;
        if (frame.Length < WireFormat.HeaderBytes)
        {
            return FrameError.Truncated;
        }

        FrameError error = FrameHeader.TryRead(frame, limits, out header);
        if (error != FrameError.None)
        {
            return error;
        }

        if (frame.Length != header.FrameBytes)
        {
            return frame.Length < header.FrameBytes ? FrameError.Truncated : FrameError.TrailingBytes;
        }

        return CheckPayload(frame, header);
    }

    private static FrameError TryReadHeader(
        in ReadOnlySequence<byte> buffer, FrameLimits limits, out FrameHeader header)
    {
        header = default;
        ReadOnlySpan<byte> first = buffer.FirstSpan;
        if (first.Length >= WireFormat.HeaderBytes)
        {
            return FrameHeader.TryRead(first, limits, out header);
        }

        Span<byte> copy = stackalloc byte[WireFormat.HeaderBytes];
        int available = (int)Math.Min(buffer.Length, WireFormat.HeaderBytes);
        buffer.Slice(0, available).CopyTo(copy);
        if (available == WireFormat.HeaderBytes)
        {
            return FrameHeader.TryRead(copy, limits, out header);
        }

        // Someone who speaks another protocol may wait for an answer before sending 64 bytes: tell it now.
        return available >= sizeof(uint) && BinaryPrimitives.ReadUInt32LittleEndian(copy) != WireFormat.Magic
            ? FrameError.BadMagic
            : FrameError.None;
    }
}
