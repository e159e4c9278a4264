using System.Buffers;
using System.Buffers.Binary;

namespace FastStream.Protocol.Messages;

/// <summary>
/// Writes one frame into an <see cref="IBufferWriter{T}"/>: takes the whole frame's span, leaves room for the header,
/// and <see cref="Finish"/> fills up, sums and advances. The caller says the payload's exact size first.
/// </summary>
internal ref struct PayloadWriter
{
    private readonly IBufferWriter<byte> _output;
    private readonly Span<byte> _frame;
    private readonly int _payloadBytes;
    private int _offset;

    public PayloadWriter(IBufferWriter<byte> output, int payloadBytes)
    {
        _output = output;
        _payloadBytes = payloadBytes;
        _frame = output.GetSpan(WireFormat.HeaderBytes + WireFormat.Align(payloadBytes));
        _frame = _frame[..(WireFormat.HeaderBytes + WireFormat.Align(payloadBytes))];
        _frame.Clear();
        _offset = WireFormat.HeaderBytes;
    }

    public void Write(byte value) => _frame[_offset++] = value;

    public void Write(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_frame[_offset..], value);
        _offset += sizeof(ushort);
    }

    public void Write(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_frame[_offset..], value);
        _offset += sizeof(uint);
    }

    public void Write(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_frame[_offset..], value);
        _offset += sizeof(ulong);
    }

    public void WriteZeros(int count) => _offset += count;

    public void WriteRaw(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_frame[_offset..]);
        _offset += bytes.Length;
    }

    /// <summary>Bytes with a u16 length before them.</summary>
    public void WriteCounted(scoped ReadOnlySpan<byte> bytes)
    {
        Write((ushort)bytes.Length);
        WriteRaw(bytes);
    }

    public readonly void Finish(FrameHeader header)
    {
        if (_offset != WireFormat.HeaderBytes + _payloadBytes)
        {
            throw new InvalidOperationException(
                $"A {header.Kind} payload of {_payloadBytes} bytes was announced and {_offset - 64} were written.");
        }

        header = header with
        {
            PayloadBytes = _payloadBytes,
            RawPayloadBytes = _payloadBytes,
            PayloadCrc32C = Crc32C.Compute(_frame[WireFormat.HeaderBytes..]),
        };
        header.Write(_frame);
        _output.Advance(_frame.Length);
    }
}
