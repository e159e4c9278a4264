using System.Buffers.Binary;
using FastStream.Protocol;

namespace FastStream.Fuzz.Targets.Wire;

/// <summary>Makes a spoiled frame's lengths and checksums right again, as far as it is still a frame.</summary>
internal static class FrameRepair
{
    private static readonly byte[] s_zeros = new byte[WireFormat.AlignmentBytes];

    public static void Run(FuzzRandom random, InputBuffer input)
    {
        if (input.Length < WireFormat.HeaderBytes)
        {
            return;
        }

        int choice = random.Below(8);
        if (choice >= 3)
        {
            MendLengths(input);
        }

        Span<byte> frame = input.Written;
        if (choice >= 1)
        {
            uint frameBytes = BinaryPrimitives.ReadUInt32LittleEndian(frame[8..]);
            int end = frameBytes >= WireFormat.HeaderBytes && frameBytes <= frame.Length ? (int)frameBytes : frame.Length;
            BinaryPrimitives.WriteUInt32LittleEndian(frame[56..], Crc32C.Compute(frame[WireFormat.HeaderBytes..end]));
        }

        SealHeader(frame);
    }

    /// <summary>Magic, version and checksum of the header.</summary>
    public static void SealHeader(Span<byte> frame)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(frame, WireFormat.Magic);
        frame[4] = WireFormat.Version;
        BinaryPrimitives.WriteUInt32LittleEndian(frame[60..], Crc32C.Compute(frame[..60]));
    }

    // The frame is as long as its bytes; the payload keeps its length where it ends in the last 64 bytes.
    private static void MendLengths(InputBuffer input)
    {
        input.Append(s_zeros.AsSpan(0, WireFormat.Align(input.Length) - input.Length));
        Span<byte> frame = input.Written;
        uint payloadBytes = BinaryPrimitives.ReadUInt32LittleEndian(frame[12..]);
        uint bodyBytes = (uint)(frame.Length - WireFormat.HeaderBytes);
        if (payloadBytes > bodyBytes || payloadBytes + 64 <= bodyBytes)
        {
            payloadBytes = bodyBytes;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(frame[8..], (uint)frame.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[12..], payloadBytes);
        bool isCompressed = (frame[6] & (byte)FrameFlags.Lz4) != 0;
        if (!isCompressed)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(frame[16..], payloadBytes);
        }

        frame[(WireFormat.HeaderBytes + (int)payloadBytes)..].Clear();
    }
}
