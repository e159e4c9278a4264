using System.Buffers;
using System.Text;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.LoadBench.Load;

/// <summary>Bytes that have come from the server, and the frames in them.</summary>
internal sealed class AnswerBuffer
{
    private readonly byte[] _bytes = new byte[16 << 10];
    private int _start;
    private int _end;

    /// <summary>Where the next bytes go; moves what is left to the front.</summary>
    public Memory<byte> Free
    {
        get
        {
            _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
            _end -= _start;
            _start = 0;
            return _bytes.AsMemory(_end);
        }
    }

    public void Filled(int count) => _end += count;

    /// <summary>The next whole frame; its payload is valid until more is received.</summary>
    public bool TryRead(out FrameHeader header, out ReadOnlySpan<byte> payload)
    {
        ReadOnlySequence<byte> buffered = new(_bytes, _start, _end - _start);
        payload = default;
        if (FrameReader.TryReadFrame(ref buffered, FrameLimits.Default, out header, out _, out FrameError error))
        {
            payload = _bytes.AsSpan(_start + WireFormat.HeaderBytes, header.PayloadBytes);
            _start += header.FrameBytes;
            return true;
        }

        return error == FrameError.None ? false : throw new InvalidOperationException($"The server sent {error}.");
    }

    /// <summary>Whether a frame is an ack of records that were all taken; a refusal ends the load.</summary>
    public static bool IsAck(FrameHeader header, ReadOnlySpan<byte> payload, out ulong last)
    {
        last = 0;
        if (header.Kind == FrameKind.Error && ErrorReader.TryRead(payload, out ErrorReader refused) == FrameError.None)
        {
            throw new InvalidOperationException($"The server refused: {Encoding.UTF8.GetString(refused.Text)}");
        }

        if (header.Kind != FrameKind.Ack || AckReader.TryRead(payload, out AckReader ack) != FrameError.None)
        {
            return false;
        }

        last = ack.LastSequence;
        return ack.Counts.Refused + ack.Counts.Future + ack.Counts.KeyLimit + ack.Counts.Late == 0
            ? true
            : throw new InvalidOperationException("The server did not take all records of a frame.");
    }
}
