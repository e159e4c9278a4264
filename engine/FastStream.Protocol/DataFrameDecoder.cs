using FastStream.Protocol.Columns;
using K4os.Compression.LZ4;

namespace FastStream.Protocol;

/// <summary>
/// Turns a data frame into a <see cref="RecordBatch"/> without allocating and without state. Columns that
/// are sent as they are stay in the frame; the others are decoded into the caller's scratch block.
/// </summary>
public static unsafe class DataFrameDecoder
{
    /// <summary>
    /// The bytes of scratch that a frame needs, after checking its directory. 0 for a frame whose columns are all sent
    /// as they are.
    /// </summary>
    /// <param name="frame">The whole frame.</param>
    /// <param name="header">Its header, checked before.</param>
    /// <param name="keyKind">The kind of keys of the session.</param>
    /// <param name="scratchBytes">The bytes, a multiple of 64.</param>
    /// <returns>What is wrong, or <see cref="FrameError.None"/>.</returns>
    public static FrameError TryGetScratchBytes(
        ReadOnlySpan<byte> frame, in FrameHeader header, KeyKind keyKind, out long scratchBytes)
    {
        scratchBytes = 0;
        ReadOnlySpan<byte> payload = Payload(frame, header);
        if (!header.IsCompressed)
        {
            return AddScratch(payload, header, keyKind, ref scratchBytes);
        }

        // The directory stands at the start, so a few KiB of the block tell what the whole needs.
        Span<byte> start = stackalloc byte[ColumnDirectory.MaxBytes];
        start = start[..Math.Min(start.Length, header.RawPayloadBytes)];
        if (LZ4Codec.PartialDecode(payload, start) != start.Length)
        {
            return FrameError.BadCompression;
        }

        scratchBytes = WireFormat.Align(header.RawPayloadBytes);
        return AddScratch(start, header, keyKind, ref scratchBytes);
    }

    /// <summary>Decodes a frame. Checks everything that the bytes could get wrong; ids are only bounded.</summary>
    /// <param name="frame">The whole frame in pinned memory, best at a multiple of 64.</param>
    /// <param name="frameBytes">Its length.</param>
    /// <param name="header">Its header, checked before.</param>
    /// <param name="keyKind">The kind of keys of the session.</param>
    /// <param name="checkPayload">Whether checksum and fill are checked here.</param>
    /// <param name="scratch">Pinned memory, best at a multiple of 64; may be null when none is needed.</param>
    /// <param name="scratchBytes">Its length; see <see cref="TryGetScratchBytes"/>.</param>
    /// <param name="batch">Filled when nothing is wrong; valid while frame and scratch stay.</param>
    /// <returns>What is wrong, or <see cref="FrameError.None"/>.</returns>
    public static FrameError TryDecode(
        byte* frame,
        int frameBytes,
        in FrameHeader header,
        KeyKind keyKind,
        bool checkPayload,
        byte* scratch,
        long scratchBytes,
        RecordBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (header.Kind != FrameKind.Data || frameBytes != header.FrameBytes)
        {
            return FrameError.BadLength;
        }

        ReadOnlySpan<byte> whole = new(frame, frameBytes);
        FrameError error = checkPayload ? FrameReader.CheckPayload(whole, header) : FrameError.None;
        if (error != FrameError.None)
        {
            return error;
        }

        ScratchCursor free = new(scratch, scratchBytes);
        byte* payload = frame + WireFormat.HeaderBytes;
        if (header.IsCompressed)
        {
            byte* raw = free.Take(header.RawPayloadBytes);
            if (raw == null)
            {
                return FrameError.ScratchTooSmall;
            }

            // Exactly the size the header claims: the decoder stops at the end of the target, and less is refused.
            if (LZ4Codec.Decode(payload, header.PayloadBytes, raw, header.RawPayloadBytes) != header.RawPayloadBytes)
            {
                return FrameError.BadCompression;
            }

            payload = raw;
        }

        return DecodeColumns(payload, header, keyKind, ref free, batch);
    }

    private static FrameError DecodeColumns(
        byte* payload, in FrameHeader header, KeyKind keyKind, ref ScratchCursor free, RecordBatch batch)
    {
        ReadOnlySpan<byte> bytes = new(payload, header.RawPayloadBytes);
        FrameError error = ColumnDirectory.Check(
            bytes, header.RawPayloadBytes, header.RecordCount, keyKind, out int columnCount);
        if (error != FrameError.None)
        {
            return error;
        }

        batch.Reset(header.RecordCount);
        for (int index = 0; index < columnCount; index++)
        {
            ColumnDescriptor column = ColumnDescriptor.Read(ColumnDirectory.Entry(bytes, index));
            if (!ColumnDecoder.TryDecode(payload + column.OffsetBytes, column, keyKind, ref free, batch))
            {
                return FrameError.ScratchTooSmall;
            }
        }

        ScanKernels.Times(batch.TimeSpan, out long min, out long max, out bool ascending);
        batch.MinTime = min;
        batch.MaxTime = max;
        batch.TimesAscending = ascending;
        return FrameError.None;
    }

    private static FrameError AddScratch(
        ReadOnlySpan<byte> directory, in FrameHeader header, KeyKind keyKind, ref long scratchBytes)
    {
        FrameError error = ColumnDirectory.Check(
            directory, header.RawPayloadBytes, header.RecordCount, keyKind, out int columnCount);
        for (int index = 0; error == FrameError.None && index < columnCount; index++)
        {
            ColumnDescriptor column = ColumnDescriptor.Read(ColumnDirectory.Entry(directory, index));
            scratchBytes += ColumnDecoder.ScratchBytes(column.Encoding, header.RecordCount, keyKind);
        }

        return error;
    }

    private static ReadOnlySpan<byte> Payload(ReadOnlySpan<byte> frame, in FrameHeader header) =>
        frame.Slice(WireFormat.HeaderBytes, header.PayloadBytes);
}
