using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FastStream.Engine.Journal;
using K4os.Compression.LZ4;

namespace FastStream.Engine.Results;

/// <summary>
/// One entry of the results log while it is filled, appended and waits until it may leave. Reused; owned by the
/// results thread.
/// </summary>
internal sealed class ResultEntry
{
    private byte[] _raw = [];
    private byte[] _compressed = [];
    private int _maxRows;
    private bool _isSealed;

    /// <summary>The window it belongs to.</summary>
    internal ClosedWindow Window { get; private set; }

    /// <summary>Its place among the entries of its cause.</summary>
    internal long Ordinal { get; private set; }

    internal bool IsFirst { get; private set; }

    internal bool IsLast { get; private set; }

    internal int RowCount { get; private set; }

    internal int ValueCount { get; private set; }

    internal bool IsFull => RowCount == _maxRows;

    /// <summary>Address in the results log; -1 until it is there.</summary>
    internal long Address { get; private set; }

    /// <summary>End of the entry in the results log; -1 until it is there.</summary>
    internal long EndAddress { get; private set; }

    /// <summary>When it was appended.</summary>
    internal long WrittenNs { get; private set; }

    /// <summary>True when a replay gave again what the log had: it left long ago.</summary>
    internal bool WasInLog { get; private set; }

    internal ReadOnlySpan<ulong> Keys => MemoryMarshal.Cast<byte, ulong>(Column(0));

    internal ReadOnlySpan<long> Counts => MemoryMarshal.Cast<byte, long>(Column(1));

    /// <summary>The payload before compression; once sealed.</summary>
    internal ReadOnlySpan<byte> Raw => _raw.AsSpan(0, ResultEntryLayout.RawBytes(RowCount, ValueCount));

    /// <summary>One value of all rows.</summary>
    internal ReadOnlySpan<double> Values(int value) => MemoryMarshal.Cast<byte, double>(Column(2 + value));

    internal void Begin(in ClosedWindow window, int valueCount, long ordinal, bool isFirst)
    {
        Window = window;
        ValueCount = valueCount;
        Ordinal = ordinal;
        IsFirst = isFirst;
        IsLast = false;
        RowCount = 0;
        Address = -1;
        EndAddress = -1;
        WasInLog = false;
        _isSealed = false;
        _maxRows = ResultEntryLayout.MaxRowCount(valueCount);
        int bytes = ResultEntryLayout.RawBytes(_maxRows, valueCount);
        if (_raw.Length < bytes)
        {
            _raw = new byte[bytes];
        }
    }

    /// <summary>Takes as many rows as there is room for and says how many.</summary>
    internal int Add(ReadOnlySpan<ulong> keys, ReadOnlySpan<long> counts, ReadOnlySpan<double> values)
    {
        int rows = Math.Min(keys.Length, _maxRows - RowCount);
        keys[..rows].CopyTo(MemoryMarshal.Cast<byte, ulong>(OpenColumn(0)));
        counts[..rows].CopyTo(MemoryMarshal.Cast<byte, long>(OpenColumn(1)));
        for (int value = 0; value < ValueCount; value++)
        {
            Span<double> column = MemoryMarshal.Cast<byte, double>(OpenColumn(2 + value));
            for (int row = 0; row < rows; row++)
            {
                column[row] = values[row * ValueCount + value];
            }
        }

        RowCount += rows;
        return rows;
    }

    /// <summary>Completes the payload. Columns lay apart for the most rows; now they are moved together.</summary>
    internal void Seal(bool isLast)
    {
        IsLast = isLast;
        for (int column = 1; column < 2 + ValueCount && RowCount < _maxRows; column++)
        {
            int from = ColumnStart(column, _maxRows);
            Buffer.BlockCopy(_raw, from, _raw, ColumnStart(column, RowCount), RowCount * sizeof(long));
        }

        Span<byte> head = _raw.AsSpan(0, ResultEntryLayout.HeadBytes);
        head.Clear();
        BinaryPrimitives.WriteInt64LittleEndian(head[ResultEntryLayout.WindowStartOffset..], Window.StartNs);
        BinaryPrimitives.WriteInt64LittleEndian(head[ResultEntryLayout.WindowEndOffset..], Window.EndNs);
        BinaryPrimitives.WriteUInt32LittleEndian(head[ResultEntryLayout.RowCountOffset..], (uint)RowCount);
        BinaryPrimitives.WriteUInt16LittleEndian(head[ResultEntryLayout.ValueCountOffset..], (ushort)ValueCount);
        _isSealed = true;
    }

    /// <summary>Header and payload for the log; the payload is compressed where that makes it smaller.</summary>
    internal ReadOnlySpan<byte> Encode(long nowNs, out EntryHeader header)
    {
        ReadOnlySpan<byte> payload = Compress(out ushort flags);
        WrittenNs = nowNs;
        header = new EntryHeader
        {
            Kind = EntryKind.Results,
            Flags = (ushort)(flags | PositionFlags),
            StreamId = Window.StreamId,
            ProducerId = Window.ViewId,
            Epoch = (ulong)Window.CauseAddress,
            FrameSequence = (ulong)Ordinal,
            SchemaId = (uint)Window.Revision,
            ArrivalNs = nowNs,
        };
        return payload;
    }

    /// <summary>Whether an entry of the log says the same, in every byte but the time of writing.</summary>
    internal bool Equals(in EntryHeader header, ReadOnlySpan<byte> raw) =>
        header.StreamId == Window.StreamId
        && header.ProducerId == Window.ViewId
        && header.Epoch == (ulong)Window.CauseAddress
        && header.FrameSequence == (ulong)Ordinal
        && header.SchemaId == (uint)Window.Revision
        && (header.Flags & ~ResultEntryLayout.CompressedFlag) == PositionFlags
        && raw.SequenceEqual(Raw);

    internal void SetAddress(long address, long endAddress, bool wasInLog)
    {
        Address = address;
        EndAddress = endAddress;
        WasInLog = wasInLog;
    }

    private int PositionFlags =>
        (IsFirst ? ResultEntryLayout.FirstFlag : 0) | (IsLast ? ResultEntryLayout.LastFlag : 0);

    private ReadOnlySpan<byte> Compress(out ushort flags)
    {
        ReadOnlySpan<byte> raw = Raw;
        flags = 0;
        if (raw.Length < ResultEntryLayout.MinBytesToCompress)
        {
            return raw;
        }

        int bound = ResultEntryLayout.CompressedHeadBytes + LZ4Codec.MaximumOutputSize(raw.Length);
        if (_compressed.Length < bound)
        {
            _compressed = new byte[bound];
        }

        int bytes = LZ4Codec.Encode(raw, _compressed.AsSpan(ResultEntryLayout.CompressedHeadBytes));
        if (bytes <= 0 || ResultEntryLayout.CompressedHeadBytes + bytes >= raw.Length)
        {
            return raw;
        }

        flags = ResultEntryLayout.CompressedFlag;
        BinaryPrimitives.WriteUInt32LittleEndian(_compressed, (uint)raw.Length);
        return _compressed.AsSpan(0, ResultEntryLayout.CompressedHeadBytes + bytes);
    }

    private static int ColumnStart(int column, int rows) => ResultEntryLayout.HeadBytes + column * rows * sizeof(long);

    // Where the next rows of a column go while the entry is filled.
    private Span<byte> OpenColumn(int column) => _raw.AsSpan(
        ColumnStart(column, _maxRows) + RowCount * sizeof(long), (_maxRows - RowCount) * sizeof(long));

    private ReadOnlySpan<byte> Column(int column) =>
        _raw.AsSpan(ColumnStart(column, _isSealed ? RowCount : _maxRows), RowCount * sizeof(long));
}
