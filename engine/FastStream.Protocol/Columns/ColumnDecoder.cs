using System.Diagnostics;

namespace FastStream.Protocol.Columns;

/// <summary>Decodes one column whose descriptor has been checked.</summary>
internal static unsafe class ColumnDecoder
{
    /// <summary>The scratch that <see cref="TryDecode"/> takes for a column.</summary>
    public static long ScratchBytes(ColumnEncoding encoding, int recordCount, KeyKind keyKind) => encoding switch
    {
        ColumnEncoding.KeyIdU16 => ScratchCursor.Rounded(recordCount * sizeof(uint)),
        ColumnEncoding.KeyConstant => ScratchCursor.Rounded(
            recordCount * (keyKind == KeyKind.U64 ? sizeof(ulong) : sizeof(uint))),
        ColumnEncoding.TimeDeltaU32 => ScratchCursor.Rounded(recordCount * sizeof(long)),
        ColumnEncoding.FieldF32 or ColumnEncoding.FieldScaledI32 or ColumnEncoding.FieldDecimalI32
            or ColumnEncoding.FieldConstant => ScratchCursor.Rounded(recordCount * sizeof(double)),
        _ => 0,
    };

    // SAFETY: ColumnDirectory.Check has proved that the column's bytes lie inside the payload and are exactly
    // recordCount elements; the cursor proves the same for the target.
    public static bool TryDecode(
        byte* source, in ColumnDescriptor column, KeyKind keyKind, ref ScratchCursor free, RecordBatch batch)
    {
        byte* target = null;
        long targetBytes = ScratchBytes(column.Encoding, batch.Count, keyKind);
        if (targetBytes > 0)
        {
            target = free.Take(targetBytes);
            if (target == null)
            {
                return false;
            }
        }

        switch (column.Role)
        {
            case ColumnRole.Key:
                DecodeKeys(source, column, keyKind, target, batch);
                break;
            case ColumnRole.Time:
                batch.Times = DecodeTimes(source, column, target, batch.Count);
                break;
            case ColumnRole.Field:
                batch.SetField(column.FieldOrdinal, DecodeField(source, column, target, batch.Count));
                break;
            default:
                batch.PositionPointer = source;
                batch.PositionBytes = (int)column.LengthBytes;
                break;
        }

        return true;
    }

    private static void DecodeKeys(
        byte* source, in ColumnDescriptor column, KeyKind keyKind, byte* target, RecordBatch batch)
    {
        int count = batch.Count;
        switch (column.Encoding)
        {
            case ColumnEncoding.KeyU64:
                batch.Keys = (ulong*)source;
                return;
            case ColumnEncoding.KeyIdU16:
                DecodeKernels.WidenIds(new ReadOnlySpan<ushort>(source, count), new Span<uint>(target, count));
                batch.KeyIds = (uint*)target;
                break;
            case ColumnEncoding.KeyIdU32:
                batch.KeyIds = (uint*)source;
                break;
            default:
                Debug.Assert(column.Encoding == ColumnEncoding.KeyConstant, "The directory knows four key encodings.");
                batch.KeyIsConstant = true;
                if (keyKind == KeyKind.U64)
                {
                    new Span<ulong>(target, count).Fill(column.Param0);
                    batch.Keys = (ulong*)target;
                    return;
                }

                new Span<uint>(target, count).Fill((uint)column.Param0);
                batch.KeyIds = (uint*)target;
                break;
        }

        batch.MaxKeyId = ScanKernels.Max(batch.KeyIdSpan);
    }

    private static long* DecodeTimes(byte* source, in ColumnDescriptor column, byte* target, int count)
    {
        if (column.Encoding == ColumnEncoding.TimeI64)
        {
            return (long*)source;
        }

        DecodeKernels.AddDeltas(
            new ReadOnlySpan<uint>(source, count), (long)column.Param0, new Span<long>(target, count));
        return (long*)target;
    }

    private static double* DecodeField(byte* source, in ColumnDescriptor column, byte* target, int count)
    {
        double first = BitConverter.UInt64BitsToDouble(column.Param0);
        Span<double> values = new(target, count);
        switch (column.Encoding)
        {
            case ColumnEncoding.FieldF64:
                return (double*)source;
            case ColumnEncoding.FieldF32:
                DecodeKernels.WidenF32(new ReadOnlySpan<float>(source, count), values);
                break;
            case ColumnEncoding.FieldScaledI32:
                double second = BitConverter.UInt64BitsToDouble(column.Param1);
                DecodeKernels.Scale(new ReadOnlySpan<int>(source, count), first, second, values);
                break;
            case ColumnEncoding.FieldDecimalI32:
                DecodeKernels.Divide(new ReadOnlySpan<int>(source, count), first, values);
                break;
            default:
                Debug.Assert(column.Encoding == ColumnEncoding.FieldConstant, "The directory knows five encodings.");
                values.Fill(first);
                break;
        }

        return (double*)target;
    }
}
