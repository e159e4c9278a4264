using System.Buffers.Binary;

namespace FastStream.Protocol;

/// <summary>The 64 bytes that start every frame. Reading checks them; writing sums them.</summary>
public readonly record struct FrameHeader
{
    /// <summary>What the frame is.</summary>
    public FrameKind Kind { get; init; }

    /// <summary>Whether the payload is compressed.</summary>
    public FrameFlags Flags { get; init; }

    /// <summary>The ack level that a hello asks for; zero in all other kinds.</summary>
    public AckLevel AckLevel { get; init; }

    /// <summary>Bytes of the payload as sent, without the zeros that fill up the frame.</summary>
    public int PayloadBytes { get; init; }

    /// <summary>Bytes of the payload after decompression; equal to <see cref="PayloadBytes"/> without it.</summary>
    public int RawPayloadBytes { get; init; }

    /// <summary>Records in a data frame; zero in all other kinds.</summary>
    public int RecordCount { get; init; }

    /// <summary>The sequence of a sequenced frame, from 1; zero in the others.</summary>
    public ulong Sequence { get; init; }

    /// <summary>The schema of a schema, schemaAccepted or data frame; zero in the others.</summary>
    public uint SchemaId { get; init; }

    /// <summary>CRC32C of everything after the header, the fill included.</summary>
    public uint PayloadCrc32C { get; init; }

    /// <summary>Bytes of the whole frame: header, payload and fill.</summary>
    public int FrameBytes => WireFormat.HeaderBytes + WireFormat.Align(PayloadBytes);

    /// <summary>Whether the payload is one LZ4 block.</summary>
    public bool IsCompressed => (Flags & FrameFlags.Lz4) != 0;

    /// <summary>Reads and checks a header, before memory is taken for the rest.</summary>
    /// <param name="source">At least 64 bytes.</param>
    /// <param name="limits">What the receiver takes.</param>
    /// <param name="header">The header, when nothing is wrong.</param>
    /// <returns>What is wrong, or <see cref="FrameError.None"/>.</returns>
    /// <exception cref="ArgumentException">Fewer than 64 bytes were given.</exception>
    public static FrameError TryRead(ReadOnlySpan<byte> source, FrameLimits limits, out FrameHeader header)
    {
        if (source.Length < WireFormat.HeaderBytes)
        {
            throw new ArgumentException($"A header needs 64 bytes, not {source.Length}.", nameof(source));
        }

        header = default;
        if (BinaryPrimitives.ReadUInt32LittleEndian(source) != WireFormat.Magic)
        {
            return FrameError.BadMagic;
        }

        // Before the checksum, since another version may sum other bytes.
        if (source[4] != WireFormat.Version)
        {
            return FrameError.WrongVersion;
        }

        if (Crc32C.Compute(source[..60]) != BinaryPrimitives.ReadUInt32LittleEndian(source[60..]))
        {
            return FrameError.BadHeaderCrc;
        }

        return ReadSummed(source, limits, out header);
    }

    /// <summary>Writes the header with its checksum.</summary>
    /// <param name="target">At least 64 bytes.</param>
    public void Write(Span<byte> target)
    {
        target = target[..WireFormat.HeaderBytes];
        target.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(target, WireFormat.Magic);
        target[4] = WireFormat.Version;
        target[5] = (byte)Kind;
        target[6] = (byte)Flags;
        target[7] = (byte)AckLevel;
        BinaryPrimitives.WriteInt32LittleEndian(target[8..], FrameBytes);
        BinaryPrimitives.WriteInt32LittleEndian(target[12..], PayloadBytes);
        BinaryPrimitives.WriteInt32LittleEndian(target[16..], RawPayloadBytes);
        BinaryPrimitives.WriteInt32LittleEndian(target[20..], RecordCount);
        BinaryPrimitives.WriteUInt64LittleEndian(target[24..], Sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(target[32..], SchemaId);
        BinaryPrimitives.WriteUInt32LittleEndian(target[56..], PayloadCrc32C);
        BinaryPrimitives.WriteUInt32LittleEndian(target[60..], Crc32C.Compute(target[..60]));
    }

    private static FrameError ReadSummed(ReadOnlySpan<byte> source, FrameLimits limits, out FrameHeader header)
    {
        header = default;
        FrameKind kind = (FrameKind)source[5];
        FrameFlags flags = (FrameFlags)source[6];
        AckLevel level = (AckLevel)source[7];
        uint frameBytes = BinaryPrimitives.ReadUInt32LittleEndian(source[8..]);
        uint payloadBytes = BinaryPrimitives.ReadUInt32LittleEndian(source[12..]);
        uint rawPayloadBytes = BinaryPrimitives.ReadUInt32LittleEndian(source[16..]);
        uint recordCount = BinaryPrimitives.ReadUInt32LittleEndian(source[20..]);
        ulong sequence = BinaryPrimitives.ReadUInt64LittleEndian(source[24..]);
        uint schemaId = BinaryPrimitives.ReadUInt32LittleEndian(source[32..]);

        FrameError error = CheckLengths(limits, flags, frameBytes, payloadBytes, rawPayloadBytes);
        if (error == FrameError.None)
        {
            error = CheckKind(kind, flags, level, recordCount, sequence, schemaId);
        }

        if (error == FrameError.None && recordCount > (uint)limits.MaxRecordsPerFrame)
        {
            error = FrameError.TooManyRecords;
        }

        if (error == FrameError.None && source[36..56].ContainsAnyExcept((byte)0))
        {
            error = FrameError.BadReserved;
        }

        if (error == FrameError.None)
        {
            header = new FrameHeader
            {
                Kind = kind,
                Flags = flags,
                AckLevel = level,
                PayloadBytes = (int)payloadBytes,
                RawPayloadBytes = (int)rawPayloadBytes,
                RecordCount = (int)recordCount,
                Sequence = sequence,
                SchemaId = schemaId,
                PayloadCrc32C = BinaryPrimitives.ReadUInt32LittleEndian(source[56..]),
            };
        }

        return error;
    }

    private static FrameError CheckLengths(
        FrameLimits limits, FrameFlags flags, uint frameBytes, uint payloadBytes, uint rawPayloadBytes)
    {
        if (frameBytes > (uint)limits.MaxFrameBytes || rawPayloadBytes > (uint)limits.MaxFrameBytes)
        {
            return FrameError.FrameTooLarge;
        }

        // 64-bit, so that no length near 2^32 wraps into a small one.
        ulong expectedBytes = WireFormat.HeaderBytes + (((ulong)payloadBytes + 63) & ~63UL);
        if (frameBytes != expectedBytes)
        {
            return FrameError.BadLength;
        }

        if ((flags & FrameFlags.Lz4) == 0)
        {
            return rawPayloadBytes == payloadBytes ? FrameError.None : FrameError.BadLength;
        }

        return rawPayloadBytes <= (ulong)payloadBytes * WireFormat.MaxCompressionRatio
            ? FrameError.None
            : FrameError.BadLength;
    }

    private static FrameError CheckKind(
        FrameKind kind, FrameFlags flags, AckLevel level, uint recordCount, ulong sequence, uint schemaId)
    {
        if (!kind.IsKnown())
        {
            return FrameError.UnknownKind;
        }

        if ((flags & ~FrameFlags.Lz4) != 0 || (flags != 0 && kind != FrameKind.Data))
        {
            return FrameError.BadFlags;
        }

        if (level > AckLevel.Durable || (level != AckLevel.None && kind != FrameKind.Hello))
        {
            return FrameError.BadReserved;
        }

        if (kind.IsSequenced() != (sequence != 0))
        {
            return FrameError.BadSequence;
        }

        bool hasSchema = kind is FrameKind.Data or FrameKind.Schema or FrameKind.SchemaAccepted;
        if ((recordCount != 0) != (kind == FrameKind.Data) || (schemaId != 0 && !hasSchema))
        {
            return FrameError.BadReserved;
        }

        return FrameError.None;
    }
}
