using System.Buffers.Binary;

namespace FastStream.Engine.Snapshots;

/// <summary>
/// The payload of a <c>SnapshotComplete</c> entry: what is needed to load the snapshot. 48 bytes, frozen.
/// </summary>
/// <param name="Id">Number of the snapshot, rising.</param>
/// <param name="Address">Address of its journal entry: the state before it was saved.</param>
/// <param name="EndAddress">Address after that entry: replay starts here.</param>
/// <param name="FirstChunkAddress">First chunk in the state log.</param>
/// <param name="ChunkCount">How many chunks it has.</param>
/// <param name="Bytes">Their payload in all.</param>
internal readonly record struct SnapshotInfo(
    ulong Id, long Address, long EndAddress, long FirstChunkAddress, long ChunkCount, long Bytes)
{
    public const int SizeBytes = 48;

    public byte[] ToBytes()
    {
        byte[] payload = new byte[SizeBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(payload, Id);
        BinaryPrimitives.WriteInt64LittleEndian(payload.AsSpan(8), Address);
        BinaryPrimitives.WriteInt64LittleEndian(payload.AsSpan(16), EndAddress);
        BinaryPrimitives.WriteInt64LittleEndian(payload.AsSpan(24), FirstChunkAddress);
        BinaryPrimitives.WriteInt64LittleEndian(payload.AsSpan(32), ChunkCount);
        BinaryPrimitives.WriteInt64LittleEndian(payload.AsSpan(40), Bytes);
        return payload;
    }

    public static SnapshotInfo Read(ReadOnlySpan<byte> payload)
    {
        if (payload.Length != SizeBytes)
        {
            throw new InvalidDataException($"A snapshot's end has {payload.Length} bytes, not {SizeBytes}.");
        }

        return new SnapshotInfo(
            BinaryPrimitives.ReadUInt64LittleEndian(payload),
            BinaryPrimitives.ReadInt64LittleEndian(payload[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(payload[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(payload[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(payload[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(payload[40..]));
    }
}
