using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using FastStream.Protocol.Columns;
using K4os.Compression.LZ4;

namespace FastStream.Protocol;

/// <summary>
/// Writes one data frame into the caller's memory, column by column, without allocating. Create it, add key and time,
/// the fields and perhaps a position, then <see cref="Finish"/>.
/// </summary>
public ref struct DataFrameWriter
{
    // Tried in this order; a value with d decimals comes back exactly from n / 10^d as long as n fits in an i32.
    private static readonly double[] s_divisors = [1e1, 1e2, 1e3, 1e4, 1e5, 1e6];

    private readonly Span<byte> _frame;
    private readonly int _recordCount;
    private readonly int _columnCount;
    private readonly EncodingMode _mode;
    private int _added;
    private int _payloadEnd;

    /// <summary>Starts a frame.</summary>
    /// <param name="frame">Where to: at least <see cref="MaxFrameBytes"/>, best at a multiple of 64.</param>
    /// <param name="recordCount">Records, 1 to 65,536.</param>
    /// <param name="columnCount">Columns that will be added: 2 + fields, and 1 for a position.</param>
    /// <param name="mode">Raw, or the smallest exact encoding of each column.</param>
    public DataFrameWriter(Span<byte> frame, int recordCount, int columnCount, EncodingMode mode)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(recordCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(recordCount, WireFormat.MaxRecordsPerFrame);
        ArgumentOutOfRangeException.ThrowIfLessThan(columnCount, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columnCount, WireFormat.MaxColumnCount);
        _frame = frame;
        _recordCount = recordCount;
        _columnCount = columnCount;
        _mode = mode;
        _payloadEnd = WireFormat.DirectoryHeadBytes + (columnCount * WireFormat.DescriptorBytes);
        Payload[..WireFormat.DirectoryHeadBytes].Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(Payload, (ushort)columnCount);
    }

    private readonly Span<byte> Payload => _frame[WireFormat.HeaderBytes..];

    /// <summary>The most bytes that a frame of this shape takes, in any encoding.</summary>
    /// <param name="recordCount">Records.</param>
    /// <param name="fieldCount">Fields.</param>
    /// <param name="positionBytes">Bytes of the source position; 0 for none.</param>
    /// <returns>A multiple of 64.</returns>
    public static int MaxFrameBytes(int recordCount, int fieldCount, int positionBytes)
    {
        int columnCount = fieldCount + 2 + (positionBytes > 0 ? 1 : 0);
        return WireFormat.HeaderBytes
            + WireFormat.Align(WireFormat.DirectoryHeadBytes + (columnCount * WireFormat.DescriptorBytes))
            + ((fieldCount + 2) * WireFormat.Align(recordCount * sizeof(ulong)))
            + WireFormat.Align(positionBytes);
    }

    /// <summary>Adds the keys of a u64 stream.</summary>
    /// <param name="keys">One for each record.</param>
    public void AddKeys(ReadOnlySpan<ulong> keys)
    {
        CheckLength(keys.Length);
        if (_mode == EncodingMode.Auto && !keys.ContainsAnyExcept(keys[0]))
        {
            AddColumn(ColumnRole.Key, ColumnEncoding.KeyConstant, 0, 0, keys[0], 0);
            return;
        }

        keys.CopyTo(Next<ulong>());
        AddColumn(ColumnRole.Key, ColumnEncoding.KeyU64, 0, _recordCount * sizeof(ulong), 0, 0);
    }

    /// <summary>Adds the dictionary ids of a text stream.</summary>
    /// <param name="ids">One for each record.</param>
    public void AddKeyIds(ReadOnlySpan<uint> ids)
    {
        CheckLength(ids.Length);
        if (_mode == EncodingMode.Auto && !ids.ContainsAnyExcept(ids[0]))
        {
            AddColumn(ColumnRole.Key, ColumnEncoding.KeyConstant, 0, 0, ids[0], 0);
        }
        else if (_mode == EncodingMode.Auto && ScanKernels.Max(ids) <= ushort.MaxValue)
        {
            EncodeKernels.NarrowIds(ids, Next<ushort>());
            AddColumn(ColumnRole.Key, ColumnEncoding.KeyIdU16, 0, _recordCount * sizeof(ushort), 0, 0);
        }
        else
        {
            ids.CopyTo(Next<uint>());
            AddColumn(ColumnRole.Key, ColumnEncoding.KeyIdU32, 0, _recordCount * sizeof(uint), 0, 0);
        }
    }

    /// <summary>Adds the event times.</summary>
    /// <param name="timesNs">One for each record, nanoseconds since 1970 UTC.</param>
    public void AddTimes(ReadOnlySpan<long> timesNs)
    {
        CheckLength(timesNs.Length);
        if (_mode == EncodingMode.Auto)
        {
            ScanKernels.Times(timesNs, out long min, out long max, out _);
            if ((ulong)(max - min) <= uint.MaxValue && min <= long.MaxValue - uint.MaxValue)
            {
                EncodeKernels.Subtract(timesNs, min, Next<uint>());
                AddColumn(
                    ColumnRole.Time, ColumnEncoding.TimeDeltaU32, 0, _recordCount * sizeof(uint), (ulong)min, 0);
                return;
            }
        }

        timesNs.CopyTo(Next<long>());
        AddColumn(ColumnRole.Time, ColumnEncoding.TimeI64, 0, _recordCount * sizeof(long), 0, 0);
    }

    /// <summary>Adds a field.</summary>
    /// <param name="ordinal">Its place in the schema.</param>
    /// <param name="values">One for each record; NaN for absent.</param>
    public void AddField(int ordinal, ReadOnlySpan<double> values)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ordinal);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(ordinal, WireFormat.MaxFieldCount);
        CheckLength(values.Length);
        if (_mode == EncodingMode.Auto && TryAddSmallField(ordinal, values))
        {
            return;
        }

        values.CopyTo(Next<double>());
        AddColumn(ColumnRole.Field, ColumnEncoding.FieldF64, ordinal, _recordCount * sizeof(double), 0, 0);
    }

    /// <summary>Adds the source position.</summary>
    /// <param name="position">1 to 64 bytes that mean something to the source only.</param>
    public void AddPosition(ReadOnlySpan<byte> position)
    {
        ArgumentOutOfRangeException.ThrowIfZero(position.Length, nameof(position));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position.Length, WireFormat.MaxPositionBytes, nameof(position));
        position.CopyTo(Payload[WireFormat.Align(_payloadEnd)..]);
        AddColumn(ColumnRole.Position, ColumnEncoding.PositionBytes, 0, position.Length, 0, 0);
    }

    /// <summary>Compresses the payload if asked, fills up and sums the frame.</summary>
    /// <param name="schemaId">The schema that names the fields.</param>
    /// <param name="sequence">The frame's sequence, from 1.</param>
    /// <param name="compression">
    /// Scratch for LZ4, best as long as the frame; empty for no compression. The compressed payload is kept only when
    /// it makes the frame shorter.
    /// </param>
    /// <returns>The bytes of the frame.</returns>
    public readonly int Finish(uint schemaId, ulong sequence, Span<byte> compression = default)
    {
        if (_added != _columnCount)
        {
            throw new InvalidOperationException($"{_columnCount} columns were announced and {_added} were added.");
        }

        int payloadBytes = _payloadEnd;
        FrameFlags flags = FrameFlags.None;
        if (!compression.IsEmpty && TryCompress(compression, out int compressedBytes))
        {
            payloadBytes = compressedBytes;
            flags = FrameFlags.Lz4;
        }

        int frameBytes = WireFormat.HeaderBytes + WireFormat.Align(payloadBytes);
        Span<byte> body = _frame[WireFormat.HeaderBytes..frameBytes];
        body[payloadBytes..].Clear();
        FrameHeader header = new()
        {
            Kind = FrameKind.Data,
            Flags = flags,
            PayloadBytes = payloadBytes,
            RawPayloadBytes = _payloadEnd,
            RecordCount = _recordCount,
            Sequence = sequence,
            SchemaId = schemaId,
            PayloadCrc32C = Crc32C.Compute(body),
        };
        header.Write(_frame);
        return frameBytes;
    }

    private bool TryAddSmallField(int ordinal, ReadOnlySpan<double> values)
    {
        ReadOnlySpan<ulong> bits = MemoryMarshal.Cast<double, ulong>(values);
        if (!bits.ContainsAnyExcept(bits[0]))
        {
            AddColumn(ColumnRole.Field, ColumnEncoding.FieldConstant, ordinal, 0, bits[0], 0);
            return true;
        }

        const ulong One = 0x3FF0_0000_0000_0000;
        Span<int> numbers = Next<int>();
        if (EncodeKernels.TryDecimal(values, 1, numbers))
        {
            AddSmallColumn(ColumnEncoding.FieldScaledI32, ordinal, One);
            return true;
        }

        if (EncodeKernels.TryNarrowF32(values, Next<float>()))
        {
            AddSmallColumn(ColumnEncoding.FieldF32, ordinal, 0);
            return true;
        }

        foreach (double divisor in s_divisors)
        {
            if (EncodeKernels.TryDecimal(values, divisor, numbers))
            {
                AddSmallColumn(
                    ColumnEncoding.FieldDecimalI32, ordinal, BitConverter.DoubleToUInt64Bits(divisor));
                return true;
            }
        }

        return false;
    }

    private void AddSmallColumn(ColumnEncoding encoding, int ordinal, ulong param0) =>
        AddColumn(ColumnRole.Field, encoding, ordinal, _recordCount * sizeof(int), param0, 0);

    // The next column's place, at a multiple of 64. The bytes between are cleared so that nothing left over in the
    // caller's memory travels.
    private readonly Span<T> Next<T>()
        where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(Payload[WireFormat.Align(_payloadEnd)..])[.._recordCount];

    private void AddColumn(
        ColumnRole role, ColumnEncoding encoding, int ordinal, int lengthBytes, ulong param0, ulong param1)
    {
        if (_added == _columnCount)
        {
            throw new InvalidOperationException($"Only {_columnCount} columns were announced.");
        }

        int offset = 0;
        if (lengthBytes > 0)
        {
            offset = WireFormat.Align(_payloadEnd);
            Payload[_payloadEnd..offset].Clear();
            _payloadEnd = offset + lengthBytes;
        }

        ColumnDescriptor column = new(
            role, encoding, (ushort)ordinal, (uint)offset, (uint)lengthBytes, param0, param1);
        column.Write(Payload[(WireFormat.DirectoryHeadBytes + (_added * WireFormat.DescriptorBytes))..]);
        _added++;
    }

    private readonly bool TryCompress(Span<byte> compression, out int compressedBytes)
    {
        // Worth it only if at least one unit of 64 bytes goes away.
        int most = WireFormat.Align(_payloadEnd) - WireFormat.AlignmentBytes;
        Span<byte> target = compression[..Math.Min(compression.Length, most)];
        compressedBytes = LZ4Codec.Encode(Payload[.._payloadEnd], target);
        if (compressedBytes <= 0 || _payloadEnd > (long)compressedBytes * WireFormat.MaxCompressionRatio)
        {
            return false;
        }

        target[..compressedBytes].CopyTo(Payload);
        return true;
    }

    private readonly void CheckLength(int length)
    {
        if (length != _recordCount)
        {
            throw new ArgumentException($"The frame has {_recordCount} records, the column {length}.");
        }

        Debug.Assert(_payloadEnd <= _frame.Length, "The caller gave MaxFrameBytes.");
    }
}
