using System.Buffers;
using System.Text.Unicode;

namespace FastStream.Protocol.Messages;

/// <summary>Writes the frames that a server sends.</summary>
public static class ServerFrameWriter
{
    /// <summary>Writes a welcome.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="fields">Where the producer stands and what the server takes.</param>
    /// <param name="position">The source position of the last frame that carried one; empty for none.</param>
    public static void WriteWelcome(
        IBufferWriter<byte> output, in WelcomeFields fields, ReadOnlySpan<byte> position = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position.Length, WireFormat.MaxPositionBytes);
        PayloadWriter writer = new(output, 42 + position.Length);
        writer.Write(fields.ProtocolVersion);
        writer.Write((byte)fields.KeyKind);
        writer.Write((byte)fields.AckLevel);
        writer.Write(fields.DictionaryCount);
        writer.Write(fields.Epoch);
        writer.Write(fields.LastSequence);
        writer.Write((uint)fields.MaxFrameBytes);
        writer.Write((uint)fields.MaxInFlightBytes);
        writer.Write((uint)fields.MaxRecordsPerFrame);
        writer.WriteZeros(4);
        writer.WriteCounted(position);
        writer.Finish(new FrameHeader { Kind = FrameKind.Welcome });
    }

    /// <summary>Writes a schemaAccepted.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="schemaId">The schema that it answers.</param>
    /// <param name="streamFieldCount">How many fields the stream has now.</param>
    public static void WriteSchemaAccepted(IBufferWriter<byte> output, uint schemaId, int streamFieldCount)
    {
        PayloadWriter writer = new(output, 8);
        writer.Write((uint)streamFieldCount);
        writer.WriteZeros(4);
        writer.Finish(new FrameHeader { Kind = FrameKind.SchemaAccepted, SchemaId = schemaId });
    }

    /// <summary>Writes an ack.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="level">The level that the frames have reached.</param>
    /// <param name="isDuplicate">Whether they had been accepted before.</param>
    /// <param name="firstSequence">The first frame it counts.</param>
    /// <param name="lastSequence">The last frame it counts.</param>
    /// <param name="counts">What became of their records.</param>
    /// <param name="refusals">Refused records; only the first 64 are listed.</param>
    public static void WriteAck(
        IBufferWriter<byte> output,
        AckLevel level,
        bool isDuplicate,
        ulong firstSequence,
        ulong lastSequence,
        in AckCounts counts,
        ReadOnlySpan<RecordRefusal> refusals = default)
    {
        refusals = refusals[..Math.Min(refusals.Length, WireFormat.MaxRefusalsPerAck)];
        PayloadWriter writer = new(output, AckReader.PayloadBytes(refusals.Length));
        writer.Write((byte)level);
        writer.Write(isDuplicate ? (byte)1 : (byte)0);
        writer.Write((ushort)refusals.Length);
        writer.WriteZeros(4);
        writer.Write(firstSequence);
        writer.Write(lastSequence);
        writer.Write((ulong)counts.Accepted);
        writer.Write((ulong)counts.Refused);
        writer.Write((ulong)counts.Future);
        writer.Write((ulong)counts.KeyLimit);
        writer.Write((ulong)counts.Late);
        writer.Write((ulong)counts.Duplicates);
        foreach (RecordRefusal refusal in refusals)
        {
            writer.Write(refusal.Sequence);
            writer.Write(refusal.RecordIndex);
            writer.Write((ushort)refusal.Reason);
            writer.Write(refusal.Detail);
        }

        writer.Finish(new FrameHeader { Kind = FrameKind.Ack });
    }

    /// <summary>Writes an error. Whether it is transient follows from the code.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="code">Why.</param>
    /// <param name="closesSession">Whether the connection is closed after it.</param>
    /// <param name="sequence">The refused frame; 0 for the session.</param>
    /// <param name="expectedSequence">The next sequence that is taken; 0 when it does not apply.</param>
    /// <param name="text">What, which value, what to do; cut after 1,024 bytes.</param>
    public static void WriteError(
        IBufferWriter<byte> output,
        ErrorCode code,
        bool closesSession,
        ulong sequence,
        ulong expectedSequence,
        ReadOnlySpan<char> text)
    {
        Span<byte> utf8 = stackalloc byte[WireFormat.MaxErrorTextBytes];
        _ = Utf8.FromUtf16(text, utf8, out _, out int textBytes);
        PayloadWriter writer = new(output, 26 + textBytes);
        writer.Write((ushort)code);
        writer.Write((byte)((code.IsTransient() ? 1 : 0) | (closesSession ? 2 : 0)));
        writer.WriteZeros(5);
        writer.Write(sequence);
        writer.Write(expectedSequence);
        writer.WriteCounted(utf8[..textBytes]);
        writer.Finish(new FrameHeader { Kind = FrameKind.Error });
    }

    /// <summary>Writes a pong.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="token">The ping's number.</param>
    public static void WritePong(IBufferWriter<byte> output, ulong token)
    {
        PayloadWriter writer = new(output, sizeof(ulong));
        writer.Write(token);
        writer.Finish(new FrameHeader { Kind = FrameKind.Pong });
    }

    /// <summary>Writes a result.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="requestId">The request that it answers.</param>
    /// <param name="isLast">Whether nothing more comes for it.</param>
    /// <param name="body">UTF-8 lines, each one JSON value.</param>
    public static void WriteResult(IBufferWriter<byte> output, uint requestId, bool isLast, ReadOnlySpan<byte> body)
    {
        PayloadWriter writer = new(output, 8 + body.Length);
        writer.Write(requestId);
        writer.Write(isLast ? (byte)1 : (byte)0);
        writer.WriteZeros(3);
        writer.WriteRaw(body);
        writer.Finish(new FrameHeader { Kind = FrameKind.Result });
    }
}
