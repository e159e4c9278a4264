using System.Buffers.Binary;

namespace FastStream.Peers.Running;

/// <summary>The 24 bytes of a record where a peer keeps it as bytes: key, time, value, little-endian.</summary>
internal static class RecordBytes
{
    /// <summary>Records of the prepared ones, from an index on.</summary>
    public static byte[] Of(PreparedRecords records, int first, int count)
    {
        byte[] bytes = new byte[count * PeerLoad.RecordBytes];
        for (int i = 0; i < count; i++)
        {
            Span<byte> record = bytes.AsSpan(i * PeerLoad.RecordBytes, PeerLoad.RecordBytes);
            BinaryPrimitives.WriteUInt64LittleEndian(record, records.Keys[first + i]);
            BinaryPrimitives.WriteInt64LittleEndian(record[8..], records.Times[first + i]);
            BinaryPrimitives.WriteDoubleLittleEndian(record[16..], records.Values[first + i]);
        }

        return bytes;
    }
}
