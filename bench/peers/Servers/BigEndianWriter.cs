using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace FastStream.Peers.Servers;

/// <summary>Numbers in network order and the strings of RabbitMQ's stream protocol.</summary>
internal sealed class BigEndianWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public int Length => _bytes.WrittenCount;

    public BigEndianWriter Byte(byte value)
    {
        _bytes.Write([value]);
        return this;
    }

    public BigEndianWriter Int16(int value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteInt16BigEndian(bytes, (short)value);
        _bytes.Write(bytes);
        return this;
    }

    public BigEndianWriter Int32(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        _bytes.Write(bytes);
        return this;
    }

    public BigEndianWriter Int64(long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        _bytes.Write(bytes);
        return this;
    }

    public BigEndianWriter Text(string value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        Int16(bytes.Length);
        _bytes.Write(bytes);
        return this;
    }

    public BigEndianWriter Blob(ReadOnlySpan<byte> value)
    {
        Int32(value.Length);
        _bytes.Write(value);
        return this;
    }

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();
}
