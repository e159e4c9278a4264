using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastStream.Protocol;

namespace FastStream.Tests.Protocol;

/// <summary>Writes and decodes whole frames for tests, in pinned memory that starts at a multiple of 64.</summary>
internal static unsafe class Frames
{
    public static byte[] Write(Action<IBufferWriter<byte>> write)
    {
        ArrayBufferWriter<byte> output = new();
        write(output);
        return output.WrittenSpan.ToArray();
    }

    public static byte[] WriteData(DataColumns columns, EncodingMode mode, bool compress = false)
    {
        int count = columns.Times.Length;
        int columnCount = 2 + columns.Fields.Length + (columns.Position.Length > 0 ? 1 : 0);
        byte[] frame = new byte[
            DataFrameWriter.MaxFrameBytes(count, columns.Fields.Length, columns.Position.Length)];
        Array.Fill(frame, (byte)0xEE);
        DataFrameWriter writer = new(frame, count, columnCount, mode);
        if (columns.KeyIds.Length > 0)
        {
            writer.AddKeyIds(columns.KeyIds);
        }
        else
        {
            writer.AddKeys(columns.Keys);
        }

        writer.AddTimes(columns.Times);
        for (int field = 0; field < columns.Fields.Length; field++)
        {
            writer.AddField(field, columns.Fields[field]);
        }

        if (columns.Position.Length > 0)
        {
            writer.AddPosition(columns.Position);
        }

        int bytes = writer.Finish(columns.SchemaId, columns.Sequence, compress ? new byte[frame.Length] : default);
        return frame[..bytes];
    }

    /// <summary>Decodes into exactly the scratch that the decoder asks for, with a guard behind it.</summary>
    public static FrameError Decode(byte[] frame, KeyKind keyKind, out DataColumns? columns)
    {
        columns = null;
        FrameLimits limits = new(WireFormat.HardMaxFrameBytes, WireFormat.MaxRecordsPerFrame);
        FrameError error = FrameReader.TryReadWhole(frame, limits, out FrameHeader header);
        if (error != FrameError.None)
        {
            return error;
        }

        error = DataFrameDecoder.TryGetScratchBytes(frame, header, keyKind, out long scratchBytes);
        byte* block = (byte*)NativeMemory.AlignedAlloc((nuint)(frame.Length + scratchBytes + 64), 64);
        byte* scratch = block + frame.Length;
        try
        {
            frame.CopyTo(new Span<byte>(block, frame.Length));
            new Span<byte>(scratch, (int)scratchBytes + 64).Fill(0xAB);
            RecordBatch batch = new();
            FrameError decoded = DataFrameDecoder.TryDecode(
                block, frame.Length, header, keyKind, true, scratch, scratchBytes, batch);
            Assert.False(new ReadOnlySpan<byte>(scratch + scratchBytes, 64).ContainsAnyExcept((byte)0xAB));
            if (error != FrameError.None || decoded != FrameError.None)
            {
                // The start of a damaged block may still be good, but what has a bad start never decodes.
                Assert.NotEqual(FrameError.None, decoded);
                return error == FrameError.None ? decoded : error;
            }

            if (scratchBytes > 0)
            {
                Assert.Equal(FrameError.ScratchTooSmall, DataFrameDecoder.TryDecode(
                    block, frame.Length, header, keyKind, false, scratch, scratchBytes - 64, new RecordBatch()));
            }

            columns = Copy(batch, header);
            return FrameError.None;
        }
        finally
        {
            NativeMemory.AlignedFree(block);
        }
    }

    /// <summary>Sums payload and header again, so that a test can change a byte and reach the check behind.</summary>
    public static byte[] Resum(byte[] frame)
    {
        MemoryMarshal.Write(frame.AsSpan(56), Crc32C.Compute(frame.AsSpan(64)));
        MemoryMarshal.Write(frame.AsSpan(60), Crc32C.Compute(frame.AsSpan(0, 60)));
        return frame;
    }

    public static byte[] With(byte[] frame, int offset, params byte[] bytes)
    {
        byte[] changed = [.. frame];
        bytes.CopyTo(changed, offset);
        return Resum(changed);
    }

    public static byte[] Bytes<T>(T value)
        where T : unmanaged
    {
        byte[] bytes = new byte[Unsafe.SizeOf<T>()];
        MemoryMarshal.Write(bytes, value);
        return bytes;
    }

    private static DataColumns Copy(RecordBatch batch, in FrameHeader header)
    {
        List<double[]> fields = [];
        for (int field = 0; field < WireFormat.MaxFieldCount && batch.HasField(field); field++)
        {
            fields.Add(batch.FieldSpan(field).ToArray());
        }

        Assert.Equal(batch.TimeSpan.ToArray().Min(), batch.MinTime);
        Assert.Equal(batch.TimeSpan.ToArray().Max(), batch.MaxTime);
        Assert.Equal(batch.KeyIdSpan.ToArray().DefaultIfEmpty(0u).Max(), batch.MaxKeyId);
        return new DataColumns
        {
            SchemaId = header.SchemaId,
            Sequence = header.Sequence,
            Keys = batch.KeySpan.ToArray(),
            KeyIds = batch.KeyIdSpan.ToArray(),
            Times = batch.TimeSpan.ToArray(),
            Fields = [.. fields],
            Position = batch.Position.ToArray(),
        };
    }
}
