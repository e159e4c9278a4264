using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FastStream.Engine.Journal;
using K4os.Compression.LZ4;

namespace FastStream.Engine.Results;

/// <summary>
/// The rows of an entry of the results log, read in place: valid while the payload is and until the scratch that was
/// given for decompression is used again.
/// </summary>
internal ref struct ResultRows
{
    private readonly ReadOnlySpan<byte> _raw;

    private ResultRows(ReadOnlySpan<byte> raw)
    {
        _raw = raw;
        RowCount = (int)BinaryPrimitives.ReadUInt32LittleEndian(raw[ResultEntryLayout.RowCountOffset..]);
        ValueCount = BinaryPrimitives.ReadUInt16LittleEndian(raw[ResultEntryLayout.ValueCountOffset..]);
    }

    /// <summary>The payload before compression.</summary>
    internal readonly ReadOnlySpan<byte> Raw => _raw;

    internal int RowCount { get; }

    internal int ValueCount { get; }

    internal readonly long WindowStartNs =>
        BinaryPrimitives.ReadInt64LittleEndian(_raw[ResultEntryLayout.WindowStartOffset..]);

    internal readonly long WindowEndNs =>
        BinaryPrimitives.ReadInt64LittleEndian(_raw[ResultEntryLayout.WindowEndOffset..]);

    internal readonly ReadOnlySpan<ulong> Keys => MemoryMarshal.Cast<byte, ulong>(Column(0));

    internal readonly ReadOnlySpan<long> Counts => MemoryMarshal.Cast<byte, long>(Column(1));

    /// <summary>One value of all rows.</summary>
    internal readonly ReadOnlySpan<double> Values(int value) => MemoryMarshal.Cast<byte, double>(Column(2 + value));

    /// <summary>
    /// Opens a payload; <paramref name="scratch"/> is used, and grown, when it is compressed. False when the bytes,
    /// whose checksum was right, are no rows: another program wrote them.
    /// </summary>
    internal static bool TryOpen(
        in EntryHeader header, ReadOnlySpan<byte> payload, ref byte[] scratch, out ResultRows rows)
    {
        rows = default;
        if ((header.Flags & ResultEntryLayout.CompressedFlag) != 0 && !TryDecompress(ref payload, ref scratch))
        {
            return false;
        }

        if (payload.Length is < ResultEntryLayout.HeadBytes or > ResultEntryLayout.MaxRawBytes)
        {
            return false;
        }

        var opened = new ResultRows(payload);
        if (opened.RowCount is < 1 or > ResultEntryLayout.RowLimit
            || payload.Length != ResultEntryLayout.RawBytes(opened.RowCount, opened.ValueCount))
        {
            return false;
        }

        rows = opened;
        return true;
    }

    /// <summary>As <see cref="TryOpen"/>; throws <see cref="InvalidDataException"/> naming the address.</summary>
    internal static ResultRows Open(
        long address, in EntryHeader header, ReadOnlySpan<byte> payload, ref byte[] scratch) =>
        TryOpen(in header, payload, ref scratch, out ResultRows rows)
            ? rows
            : throw new InvalidDataException($"The results log has an entry at address {address} that is no result.");

    private static bool TryDecompress(ref ReadOnlySpan<byte> payload, ref byte[] scratch)
    {
        if (payload.Length < ResultEntryLayout.CompressedHeadBytes)
        {
            return false;
        }

        uint bytes = BinaryPrimitives.ReadUInt32LittleEndian(payload);
        if (bytes > ResultEntryLayout.MaxRawBytes)
        {
            return false;
        }

        if (scratch.Length < bytes)
        {
            scratch = new byte[ResultEntryLayout.MaxRawBytes];
        }

        Span<byte> raw = scratch.AsSpan(0, (int)bytes);
        int decoded = LZ4Codec.Decode(payload[ResultEntryLayout.CompressedHeadBytes..], raw);
        payload = raw;
        return decoded == bytes;
    }

    private readonly ReadOnlySpan<byte> Column(int column) =>
        _raw.Slice(ResultEntryLayout.HeadBytes + column * RowCount * sizeof(long), RowCount * sizeof(long));
}
