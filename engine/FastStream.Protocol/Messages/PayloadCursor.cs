using System.Buffers.Binary;
using System.Text.Unicode;

namespace FastStream.Protocol.Messages;

/// <summary>
/// Reads a payload from front to back. The first read that does not fit is remembered in <see cref="Error"/> and every
/// later one gives zero, so that a reader checks once, at its end.
/// </summary>
internal ref struct PayloadCursor(ReadOnlySpan<byte> payload)
{
    private ReadOnlySpan<byte> _rest = payload;

    public FrameError Error { get; private set; }

    public byte ReadByte()
    {
        ReadOnlySpan<byte> bytes = Take(1);
        return bytes.IsEmpty ? (byte)0 : bytes[0];
    }

    public ushort ReadUInt16()
    {
        ReadOnlySpan<byte> bytes = Take(sizeof(ushort));
        return bytes.IsEmpty ? (ushort)0 : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    public uint ReadUInt32()
    {
        ReadOnlySpan<byte> bytes = Take(sizeof(uint));
        return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    public ulong ReadUInt64()
    {
        ReadOnlySpan<byte> bytes = Take(sizeof(ulong));
        return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    /// <summary>Skips bytes that must be zero.</summary>
    public void ReadZeros(int count)
    {
        if (Take(count).ContainsAnyExcept((byte)0))
        {
            Fail(FrameError.BadReserved);
        }
    }

    /// <summary>A text: u16 length, then UTF-8.</summary>
    public ReadOnlySpan<byte> ReadText(int minBytes, int maxBytes)
    {
        ReadOnlySpan<byte> text = ReadBytes(maxBytes, FrameError.BadName);
        if (text.Length < minBytes || !Utf8.IsValid(text))
        {
            Fail(FrameError.BadName);
        }

        return text;
    }

    /// <summary>Bytes with a u16 length before them.</summary>
    public ReadOnlySpan<byte> ReadBytes(int maxBytes, FrameError tooLong = FrameError.BadValue)
    {
        int length = ReadUInt16();
        if (length > maxBytes)
        {
            Fail(tooLong);
            return default;
        }

        return Take(length);
    }

    public ReadOnlySpan<byte> ReadRest()
    {
        ReadOnlySpan<byte> rest = _rest;
        _rest = default;
        return rest;
    }

    public void Fail(FrameError error)
    {
        if (Error == FrameError.None)
        {
            Error = error;
        }

        _rest = default;
    }

    public void FailUnless(bool condition)
    {
        if (!condition)
        {
            Fail(FrameError.BadValue);
        }
    }

    /// <summary>The error of any read before, or of bytes that nobody has read.</summary>
    public FrameError Finish()
    {
        if (!_rest.IsEmpty)
        {
            Fail(FrameError.TrailingBytes);
        }

        return Error;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (_rest.Length < count)
        {
            Fail(FrameError.Truncated);
            return default;
        }

        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
