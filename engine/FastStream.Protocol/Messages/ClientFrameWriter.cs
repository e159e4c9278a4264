using System.Buffers;
using System.Text;

namespace FastStream.Protocol.Messages;

/// <summary>Writes the frames that a client sends, except dictionary and data frames.</summary>
public static class ClientFrameWriter
{
    /// <summary>Writes a hello.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="level">The ack level asked for.</param>
    /// <param name="keyKind">The kind of keys.</param>
    /// <param name="epoch">The epoch; 0 asks for the next.</param>
    /// <param name="stream">The stream's name.</param>
    /// <param name="producer">The producer's name; empty for a session that only asks.</param>
    /// <param name="authentication">Opaque; empty for none.</param>
    public static void WriteHello(
        IBufferWriter<byte> output,
        AckLevel level,
        KeyKind keyKind,
        ulong epoch,
        string stream,
        string producer,
        ReadOnlySpan<byte> authentication = default)
    {
        byte[] streamName = Name(stream, nameof(stream), producer.Length == 0);
        byte[] producerName = Name(producer, nameof(producer), true);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(authentication.Length, WireFormat.MaxAuthenticationBytes);
        PayloadWriter writer = new(output, 22 + streamName.Length + producerName.Length + authentication.Length);
        writer.Write((ushort)WireFormat.Version);
        writer.Write((byte)keyKind);
        writer.WriteZeros(5);
        writer.Write(epoch);
        writer.WriteCounted(streamName);
        writer.WriteCounted(producerName);
        writer.WriteCounted(authentication);
        writer.Finish(new FrameHeader { Kind = FrameKind.Hello, AckLevel = level });
    }

    /// <summary>Writes a schema.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="schemaId">The number that data frames will carry.</param>
    /// <param name="fields">The names of the fields, in the order of the columns.</param>
    public static void WriteSchema(IBufferWriter<byte> output, uint schemaId, IReadOnlyList<string> fields)
    {
        ArgumentOutOfRangeException.ThrowIfZero(fields.Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fields.Count, WireFormat.MaxFieldCount);
        int payloadBytes = 8;
        foreach (string field in fields)
        {
            int bytes = Encoding.UTF8.GetByteCount(field);
            if (bytes is 0 or > WireFormat.MaxNameBytes)
            {
                throw new ArgumentException(
                    $"A field's name has 1 to 249 bytes of UTF-8, not {bytes}.",
                    nameof(fields));
            }

            payloadBytes += sizeof(ushort) + bytes;
        }

        PayloadWriter writer = new(output, payloadBytes);
        writer.Write((ushort)fields.Count);
        writer.WriteZeros(6);
        foreach (string field in fields)
        {
            writer.WriteCounted(Encoding.UTF8.GetBytes(field));
        }

        writer.Finish(new FrameHeader { Kind = FrameKind.Schema, SchemaId = schemaId });
    }

    /// <summary>Writes a time: no record below this event time comes any more.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="sequence">The frame's sequence.</param>
    /// <param name="eventTimeNs">The event time in nanoseconds since 1970 UTC.</param>
    /// <param name="position">The source position; empty for none.</param>
    public static void WriteTime(
        IBufferWriter<byte> output, ulong sequence, long eventTimeNs, ReadOnlySpan<byte> position = default) =>
        WriteProgress(output, FrameKind.Time, sequence, eventTimeNs, position);

    /// <summary>Writes an end: the producer holds back no window any more.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="sequence">The frame's sequence.</param>
    /// <param name="position">The source position; empty for none.</param>
    public static void WriteEnd(
        IBufferWriter<byte> output, ulong sequence, ReadOnlySpan<byte> position = default) =>
        WriteProgress(output, FrameKind.End, sequence, 0, position);

    /// <summary>Writes a ping.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="token">The number that comes back.</param>
    public static void WritePing(IBufferWriter<byte> output, ulong token)
    {
        PayloadWriter writer = new(output, sizeof(ulong));
        writer.Write(token);
        writer.Finish(new FrameHeader { Kind = FrameKind.Ping });
    }

    /// <summary>Writes a subscribe.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="requestId">The number that comes back.</param>
    /// <param name="level">How safe a result must be: applied or durable.</param>
    /// <param name="fromAddress">Where in the results log to start; the largest value for only new results.</param>
    /// <param name="stream">The stream's name.</param>
    /// <param name="view">The view's name.</param>
    public static void WriteSubscribe(
        IBufferWriter<byte> output, uint requestId, AckLevel level, ulong fromAddress, string stream, string view)
    {
        byte[] streamName = Name(stream, nameof(stream), false);
        byte[] viewName = Name(view, nameof(view), false);
        PayloadWriter writer = new(output, 20 + streamName.Length + viewName.Length);
        writer.Write(requestId);
        writer.Write((byte)level);
        writer.WriteZeros(3);
        writer.Write(fromAddress);
        writer.WriteCounted(streamName);
        writer.WriteCounted(viewName);
        writer.Finish(new FrameHeader { Kind = FrameKind.Subscribe });
    }

    /// <summary>Writes a query.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="requestId">The number that comes back.</param>
    /// <param name="text">The path and query string, as in HTTP.md.</param>
    public static void WriteQuery(IBufferWriter<byte> output, uint requestId, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, ushort.MaxValue, nameof(text));
        PayloadWriter writer = new(output, 10 + bytes.Length);
        writer.Write(requestId);
        writer.WriteZeros(4);
        writer.WriteCounted(bytes);
        writer.Finish(new FrameHeader { Kind = FrameKind.Query });
    }

    private static void WriteProgress(
        IBufferWriter<byte> output, FrameKind kind, ulong sequence, long eventTimeNs, ReadOnlySpan<byte> position)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position.Length, WireFormat.MaxPositionBytes);
        PayloadWriter writer = new(output, 10 + position.Length);
        writer.Write((ulong)eventTimeNs);
        writer.WriteCounted(position);
        writer.Finish(new FrameHeader { Kind = kind, Sequence = sequence });
    }

    private static byte[] Name(string name, string parameter, bool mayBeEmpty)
    {
        if (!(mayBeEmpty && name.Length == 0) && !StreamName.TryValidate(name))
        {
            throw new ArgumentException(
                $"'{name}' is no name: use 1 to 249 of A-Z a-z 0-9 . _ - without '..'.", parameter);
        }

        return Encoding.ASCII.GetBytes(name);
    }
}
