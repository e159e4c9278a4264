using System.Buffers.Binary;

namespace FastStream.Protocol.Columns;

/// <summary>
/// Checks the column directory of a data payload: after <see cref="Check"/> every descriptor fits its role and lies
/// inside the payload, so that decoding needs no further test.
/// </summary>
internal static class ColumnDirectory
{
    /// <summary>Bytes from the start of the payload that hold the largest directory.</summary>
    public const int MaxBytes =
        WireFormat.DirectoryHeadBytes + (WireFormat.MaxColumnCount * WireFormat.DescriptorBytes);

    // directory: the payload's first bytes, at least to the end of the directory or to the end of the payload.
    public static FrameError Check(
        ReadOnlySpan<byte> directory, int payloadBytes, int recordCount, KeyKind keyKind, out int columnCount)
    {
        columnCount = 0;
        if (directory.Length < WireFormat.DirectoryHeadBytes)
        {
            return FrameError.Truncated;
        }

        int count = BinaryPrimitives.ReadUInt16LittleEndian(directory);
        int directoryBytes = WireFormat.DirectoryHeadBytes + (count * WireFormat.DescriptorBytes);
        if (count > WireFormat.MaxColumnCount || directory[2..WireFormat.DirectoryHeadBytes].ContainsAnyExcept((byte)0))
        {
            return FrameError.BadDirectory;
        }

        if (directoryBytes > directory.Length)
        {
            return FrameError.Truncated;
        }

        long freeFrom = directoryBytes;
        ulong fieldMask = 0;
        int roleMask = 0;
        for (int index = 0; index < count; index++)
        {
            ReadOnlySpan<byte> bytes = Entry(directory, index);
            ColumnDescriptor column = ColumnDescriptor.Read(bytes);
            FrameError error = ColumnDescriptor.ReservedIsZero(bytes)
                ? CheckColumn(column, recordCount, keyKind)
                : FrameError.BadReserved;
            if (error != FrameError.None)
            {
                return error;
            }

            // Each role but the fields once, each field once.
            ulong fieldBit = column.Role == ColumnRole.Field ? 1UL << column.FieldOrdinal : 0;
            int roleBit = column.Role == ColumnRole.Field ? 0 : 1 << (int)column.Role;
            if ((fieldMask & fieldBit) != 0 || (roleMask & roleBit) != 0
                || !PlaceIsGood(column, payloadBytes, ref freeFrom))
            {
                return FrameError.BadDirectory;
            }

            fieldMask |= fieldBit;
            roleMask |= roleBit;
        }

        const int Needed = (1 << (int)ColumnRole.Key) | (1 << (int)ColumnRole.Time);
        columnCount = count;
        return (roleMask & Needed) == Needed && freeFrom == payloadBytes ? FrameError.None : FrameError.BadDirectory;
    }

    public static ReadOnlySpan<byte> Entry(ReadOnlySpan<byte> directory, int index) => directory.Slice(
        WireFormat.DirectoryHeadBytes + (index * WireFormat.DescriptorBytes), WireFormat.DescriptorBytes);

    // Columns lie in the order of the directory, each at a multiple of 64, without overlap; the last ends the payload.
    private static bool PlaceIsGood(in ColumnDescriptor column, int payloadBytes, ref long freeFrom)
    {
        if (column.LengthBytes == 0)
        {
            return column.OffsetBytes == 0;
        }

        long end = (long)column.OffsetBytes + column.LengthBytes;
        bool isGood = column.OffsetBytes % WireFormat.AlignmentBytes == 0
            && column.OffsetBytes >= freeFrom
            && end <= payloadBytes;
        freeFrom = end;
        return isGood;
    }

    private static FrameError CheckColumn(in ColumnDescriptor column, int recordCount, KeyKind keyKind)
    {
        ColumnRole role = ColumnDescriptor.RoleOf(column.Encoding);
        if (role == ColumnRole.None || role != column.Role)
        {
            return FrameError.BadColumn;
        }

        if (role == ColumnRole.Field ? column.FieldOrdinal >= WireFormat.MaxFieldCount : column.FieldOrdinal != 0)
        {
            return FrameError.BadColumn;
        }

        bool lengthIsGood = role == ColumnRole.Position
            ? column.LengthBytes is > 0 and <= WireFormat.MaxPositionBytes
            : column.LengthBytes == (ulong)ColumnDescriptor.BytesPerRecord(column.Encoding) * (ulong)recordCount;
        return lengthIsGood && ParametersAreGood(column, keyKind) ? FrameError.None : FrameError.BadColumn;
    }

    private static bool ParametersAreGood(in ColumnDescriptor column, KeyKind keyKind)
    {
        double first = BitConverter.UInt64BitsToDouble(column.Param0);
        double second = BitConverter.UInt64BitsToDouble(column.Param1);
        return column.Encoding switch
        {
            ColumnEncoding.KeyU64 => keyKind == KeyKind.U64 && (column.Param0 | column.Param1) == 0,
            ColumnEncoding.KeyIdU16 or ColumnEncoding.KeyIdU32 =>
                keyKind == KeyKind.Text && (column.Param0 | column.Param1) == 0,
            ColumnEncoding.KeyConstant =>
                column.Param1 == 0 && (keyKind == KeyKind.U64 || column.Param0 <= uint.MaxValue),

            // The largest delta must not carry the time past the end of i64.
            ColumnEncoding.TimeDeltaU32 =>
                column.Param1 == 0 && (long)column.Param0 <= long.MaxValue - uint.MaxValue,
            ColumnEncoding.FieldConstant => column.Param1 == 0,
            ColumnEncoding.FieldScaledI32 => double.IsFinite(first) && double.IsFinite(second),
            ColumnEncoding.FieldDecimalI32 => double.IsFinite(first) && first != 0 && column.Param1 == 0,
            _ => (column.Param0 | column.Param1) == 0,
        };
    }
}
