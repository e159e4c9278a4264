using System.Buffers.Binary;

namespace FastStream.Cli.Sources;

/// <summary>
/// How far a source has been sent; it travels in the frames (at most 64 bytes) and is journaled with them, so that the
/// next run goes on exactly after the last record that was accepted. Layout, little-endian: u8 version = 1, u8 0, u16
/// 0, u32 head bytes, 16 bytes of the head's SHA-256, u64 rows, u64 line.
/// </summary>
/// <param name="HeadBytes">How many first bytes of the source the hash covers.</param>
/// <param name="HeadHash">The first half of their SHA-256.</param>
/// <param name="Rows">Rows consumed, bad ones included.</param>
/// <param name="Line">The line on which the last of them ended: only for people.</param>
internal readonly record struct SourcePosition(int HeadBytes, UInt128 HeadHash, long Rows, long Line)
{
    public const int Bytes = 40;
    private const byte Version = 1;

    public void Write(Span<byte> to)
    {
        to[..Bytes].Clear();
        to[0] = Version;
        BinaryPrimitives.WriteInt32LittleEndian(to[4..], HeadBytes);
        BinaryPrimitives.WriteUInt128LittleEndian(to[8..], HeadHash);
        BinaryPrimitives.WriteInt64LittleEndian(to[24..], Rows);
        BinaryPrimitives.WriteInt64LittleEndian(to[32..], Line);
    }

    public static bool TryRead(ReadOnlySpan<byte> from, out SourcePosition position)
    {
        position = default;
        if (from.Length != Bytes || from[0] != Version)
        {
            return false;
        }

        position = new SourcePosition(
            BinaryPrimitives.ReadInt32LittleEndian(from[4..]),
            BinaryPrimitives.ReadUInt128LittleEndian(from[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[32..]));
        return position is { HeadBytes: >= 0, Rows: >= 0 };
    }

    /// <summary>True when <paramref name="head"/> begins with the bytes that this position was taken in.</summary>
    public bool IsOf(SourceHead head)
    {
        byte[]? hash = head.HashOf(HeadBytes);
        return hash is not null && HashOf(hash) == HeadHash;
    }

    /// <summary>
    /// The place after <paramref name="rows"/> rows of the source that begins with <paramref name="head"/>.
    /// </summary>
    public static SourcePosition In(SourceHead head, long rows, long line)
    {
        int bytes = Math.Min(head.Bytes.Length, SourceHead.MaxIdentityBytes);
        return new SourcePosition(bytes, HashOf(head.HashOf(bytes)!), rows, line);
    }

    private static UInt128 HashOf(ReadOnlySpan<byte> sha256)
    {
        return BinaryPrimitives.ReadUInt128LittleEndian(sha256);
    }
}
