namespace FastStream.Engine.Results;

/// <summary>
/// The payload of an entry of the results log, little-endian, before compression:
/// 0 i64 window start, 8 i64 window end, 16 u32 rows, 20 u16 values a row, 22 u16 0, 24 u64 0; then the columns
/// u64 keys, i64 counts and one f64 column for each value. The entry's header says the rest:
/// StreamId; ProducerId = the view's number; Epoch = cause address in the journal; FrameSequence = ordinal among the
/// entries of that cause, from 0; SchemaId = revision; ArrivalNs = when it was written, which alone is no part of
/// the result; Flags as below.
/// </summary>
/// <remarks>
/// A window's rows are cut every <see cref="MaxRowCount"/> rows and at the window's end: a rule that looks at rows
/// and values only, so the entries are the same for every partition count.
/// </remarks>
internal static class ResultEntryLayout
{
    /// <summary>The payload is a u32 with its raw size, then one LZ4 block.</summary>
    internal const ushort CompressedFlag = 1;

    /// <summary>The first entry of its window.</summary>
    internal const ushort FirstFlag = 2;

    /// <summary>The last entry of its window.</summary>
    internal const ushort LastFlag = 4;

    internal const int HeadBytes = 32;
    internal const int WindowStartOffset = 0;
    internal const int WindowEndOffset = 8;
    internal const int RowCountOffset = 16;
    internal const int ValueCountOffset = 20;

    /// <summary>Raw bytes of an entry never pass this: a 16th of a page of 1 MiB, less header and margin.</summary>
    internal const int MaxRawBytes = 48 * 1024;

    /// <summary>Rows of an entry never pass this.</summary>
    internal const int RowLimit = 512;

    /// <summary>Below this many raw bytes compression is not worth its call.</summary>
    internal const int MinBytesToCompress = 256;

    /// <summary>Bytes before the block of a compressed payload.</summary>
    internal const int CompressedHeadBytes = 4;

    /// <summary>Rows at which an entry is cut, for a view with so many values a row.</summary>
    internal static int MaxRowCount(int valueCount) =>
        Math.Min(RowLimit, (MaxRawBytes - HeadBytes) / BytesPerRow(valueCount));

    internal static int RawBytes(int rowCount, int valueCount) => HeadBytes + rowCount * BytesPerRow(valueCount);

    private static int BytesPerRow(int valueCount) => sizeof(ulong) + sizeof(long) + valueCount * sizeof(double);
}
