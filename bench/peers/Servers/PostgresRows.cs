using System.Buffers.Binary;
using FastStream.Peers.Running;

namespace FastStream.Peers.Servers;

/// <summary>The file format of COPY BINARY: a header, per row a count of columns and per column a length, a trailer.</summary>
internal static class PostgresRows
{
    private const int HeaderBytes = 19;
    private const int RowBytes = 2 + (3 * (4 + 8));
    private const int TrailerBytes = 2;

    public static byte[] Encode(PreparedRecords records, int batch)
    {
        byte[] bytes = new byte[HeaderBytes + (records.BatchRecords * RowBytes) + TrailerBytes];
        ReadOnlySpan<byte> signature = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n\0"u8];
        signature.CopyTo(bytes); // no flags, no extension: eight zeros
        int first = records.FirstOf(batch);
        for (int i = 0; i < records.BatchRecords; i++)
        {
            Span<byte> row = bytes.AsSpan(HeaderBytes + (i * RowBytes), RowBytes);
            BinaryPrimitives.WriteInt16BigEndian(row, 3);
            WriteColumn(row[2..], (long)records.Keys[first + i]);
            WriteColumn(row[14..], records.Times[first + i]);
            WriteColumn(row[26..], BitConverter.DoubleToInt64Bits(records.Values[first + i]));
        }

        BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(bytes.Length - TrailerBytes), -1);
        return bytes;
    }

    private static void WriteColumn(Span<byte> column, long value)
    {
        BinaryPrimitives.WriteInt32BigEndian(column, sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(column[4..], value);
    }
}
