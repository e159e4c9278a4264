using System.Buffers.Binary;

namespace FastStream.Protocol.Columns;

/// <summary>One entry of a data frame's column directory: 32 bytes.</summary>
internal readonly record struct ColumnDescriptor(
    ColumnRole Role,
    ColumnEncoding Encoding,
    ushort FieldOrdinal,
    uint OffsetBytes,
    uint LengthBytes,
    ulong Param0,
    ulong Param1)
{
    public static ColumnDescriptor Read(ReadOnlySpan<byte> source) => new(
        (ColumnRole)source[0],
        (ColumnEncoding)source[1],
        BinaryPrimitives.ReadUInt16LittleEndian(source[2..]),
        BinaryPrimitives.ReadUInt32LittleEndian(source[4..]),
        BinaryPrimitives.ReadUInt32LittleEndian(source[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(source[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(source[24..]));

    public static bool ReservedIsZero(ReadOnlySpan<byte> source) =>
        BinaryPrimitives.ReadUInt32LittleEndian(source[12..]) == 0;

    public void Write(Span<byte> target)
    {
        target[0] = (byte)Role;
        target[1] = (byte)Encoding;
        BinaryPrimitives.WriteUInt16LittleEndian(target[2..], FieldOrdinal);
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], OffsetBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], LengthBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(target[12..], 0);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], Param0);
        BinaryPrimitives.WriteUInt64LittleEndian(target[24..], Param1);
    }

    // Bytes of one record in the encoded column; 0 for those that hold no bytes per record.
    public static int BytesPerRecord(ColumnEncoding encoding) => encoding switch
    {
        ColumnEncoding.KeyIdU16 => 2,
        ColumnEncoding.KeyIdU32 or ColumnEncoding.TimeDeltaU32 or ColumnEncoding.FieldF32
            or ColumnEncoding.FieldScaledI32 or ColumnEncoding.FieldDecimalI32 => 4,
        ColumnEncoding.KeyU64 or ColumnEncoding.TimeI64 or ColumnEncoding.FieldF64 => 8,
        _ => 0,
    };

    public static ColumnRole RoleOf(ColumnEncoding encoding) => encoding switch
    {
        >= ColumnEncoding.KeyU64 and <= ColumnEncoding.KeyConstant => ColumnRole.Key,
        ColumnEncoding.TimeI64 or ColumnEncoding.TimeDeltaU32 => ColumnRole.Time,
        >= ColumnEncoding.FieldF64 and <= ColumnEncoding.FieldConstant => ColumnRole.Field,
        ColumnEncoding.PositionBytes => ColumnRole.Position,
        _ => ColumnRole.None,
    };
}
