using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using FastStream.Engine.Partitions;
using FastStream.Protocol;
using FastStream.Protocol.Messages;
using K4os.Compression.LZ4;

namespace FastStream.Overload.Clients;

/// <summary>What a hostile client sends: small bytes that ask for much memory, and keys that ask for much time.</summary>
internal static class Bombs
{
    private const int RecordsPerFrame = 10_000;
    private const int NamesPerFrame = 2_000;

    /// <summary>A header that announces nearly 4 GiB, and well summed; true when it was refused by name.</summary>
    public static bool SendLength(int port, uint announcedBytes)
    {
        using LoopbackClient client = LoopbackClient.Connect(port, 3);
        _ = client.Greet("hostile", "lengths");
        byte[] header = new byte[WireFormat.HeaderBytes];
        new FrameHeader { Kind = FrameKind.Data, Sequence = 1, RecordCount = 1, PayloadBytes = 64, RawPayloadBytes = 64 }.Write(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), announcedBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(12), announcedBytes - 64);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), announcedBytes - 64);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(60), Crc32C.Compute(header.AsSpan(0, 60)));
        client.Send(header);
        return ReadRefusal(client) is ErrorCode.FrameTooLarge or ErrorCode.BadHeader;
    }

    /// <summary>A small frame that decompresses to a whole MiB of zeros; true when it was refused for good.</summary>
    public static bool SendCompressed(LoopbackClient client, ulong sequence)
    {
        byte[] raw = new byte[(1 << 20) - 64];
        byte[] packed = new byte[LZ4Codec.MaximumOutputSize(raw.Length)];
        int packedBytes = LZ4Codec.Encode(raw, packed);
        byte[] frame = new byte[WireFormat.HeaderBytes + WireFormat.Align(packedBytes)];
        packed.AsSpan(0, packedBytes).CopyTo(frame.AsSpan(WireFormat.HeaderBytes));
        new FrameHeader
        {
            Kind = FrameKind.Data,
            Flags = FrameFlags.Lz4,
            PayloadBytes = packedBytes,
            RawPayloadBytes = raw.Length,
            RecordCount = 65_536,
            Sequence = sequence,
            SchemaId = LoopbackClient.SchemaId,
            PayloadCrc32C = Crc32C.Compute(frame.AsSpan(WireFormat.HeaderBytes)),
        }.Write(frame);
        client.Send(frame);
        return ReadRefusal(client) == ErrorCode.Undecodable;
    }

    /// <summary>A dictionary frame of names as long as may be, all new; what became of it.</summary>
    public static ErrorCode SendNames(LoopbackClient client, ulong sequence, ref uint firstId)
    {
        byte[] frame = new byte[1 << 20];
        DictionaryFrameBuilder builder = new(frame, firstId);
        byte[] name = new byte[WireFormat.MaxNameBytes];
        name.AsSpan().Fill((byte)'x');
        for (uint i = 0; i < NamesPerFrame; i++)
        {
            Encoding.UTF8.GetBytes($"{firstId + i:D12}", name);
            if (!builder.TryAdd(name))
            {
                break;
            }
        }

        client.Send(frame.AsSpan(0, builder.Finish(sequence)));
        FrameHeader answer = client.Read(out ReadOnlySpan<byte> payload);
        if (answer.Kind == FrameKind.Ack)
        {
            firstId += (uint)builder.Count;
            return ErrorCode.None;
        }

        return RefusedException.Of(payload).Code;
    }

    /// <summary>Keys that all fall into one of the 256 slots of the public hash.</summary>
    public static ulong[] CollidingKeys(int count)
    {
        ulong[] keys = new ulong[count];
        int found = 0;
        for (ulong key = 0; found < count; key++)
        {
            if (SlotHash.SlotOf(key) == 0)
            {
                keys[found++] = key;
            }
        }

        return keys;
    }

    /// <summary>Sends one record for each key; how many there were.</summary>
    public static long SendKeys(LoopbackClient client, ReadOnlySpan<ulong> keys, ref ulong sequence)
    {
        ulong last = sequence + (ulong)((keys.Length + RecordsPerFrame - 1) / RecordsPerFrame);
        long[] times = new long[RecordsPerFrame];
        Array.Fill(times, RecordFrame.StartNs);
        double[] values = new double[RecordsPerFrame];
        for (int at = 0; at < keys.Length; at += RecordsPerFrame)
        {
            int count = Math.Min(RecordsPerFrame, keys.Length - at);
            sequence++;
            client.Send(RecordFrame.Of(sequence, keys.Slice(at, count), times.AsSpan(0, count), values.AsSpan(0, count)));
        }

        _ = client.ReadAcks(last);
        return keys.Length;
    }

    private static ErrorCode ReadRefusal(LoopbackClient client)
    {
        try
        {
            _ = client.Read(FrameKind.Ack);
            return ErrorCode.None;
        }
        catch (RefusedException refused)
        {
            return refused.Code;
        }
        catch (SocketException)
        {
            return ErrorCode.Idle; // cut without a word
        }
    }
}
