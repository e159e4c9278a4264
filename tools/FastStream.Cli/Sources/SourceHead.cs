using System.Security.Cryptography;

namespace FastStream.Cli.Sources;

/// <summary>
/// The first bytes of a source, read once: syntax, columns and time format are inferred from them, and their hash is
/// what the source is recognised by when it is sent again.
/// </summary>
internal sealed class SourceHead
{
    /// <summary>Enough for 100 wide rows.</summary>
    public const int MaxBytes = 256 << 10;

    /// <summary>Only so many count for the identity: a header and a few rows tell files apart.</summary>
    public const int MaxIdentityBytes = 16 << 10;

    private SourceHead(byte[] bytes, bool isWhole)
    {
        Bytes = bytes;
        IsWhole = isWhole;
    }

    public static ReadOnlySpan<byte> Utf8Bom => [0xEF, 0xBB, 0xBF];

    public byte[] Bytes { get; }

    /// <summary>True when the source ended within the head.</summary>
    public bool IsWhole { get; }

    /// <summary>
    /// Reads until full or at the end; with <paramref name="patient"/> false it stops as soon as two lines are there,
    /// because a pipe may not bring more for hours.
    /// </summary>
    public static SourceHead Read(Stream stream, bool patient)
    {
        byte[] block = new byte[MaxBytes];
        int count = 0;
        while (count < block.Length)
        {
            int read = stream.Read(block, count, block.Length - count);
            if (read == 0)
            {
                return new SourceHead(block[..count], isWhole: true);
            }

            count += read;
            if (!patient && block.AsSpan(0, count).Count((byte)'\n') >= 2)
            {
                break;
            }
        }

        return new SourceHead(block[..count], isWhole: false);
    }

    /// <summary>The complete lines of the head, or all of it when the source ends there.</summary>
    public ReadOnlyMemory<byte> CompleteLines()
    {
        int last = IsWhole ? Bytes.Length : Array.LastIndexOf(Bytes, (byte)'\n') + 1;
        return last == 0 ? Bytes : Bytes.AsMemory(0, last);
    }

    /// <summary>SHA-256 of the first <paramref name="bytes"/> bytes; null when there are not as many.</summary>
    public byte[]? HashOf(int bytes)
    {
        return bytes <= Bytes.Length ? SHA256.HashData(Bytes.AsSpan(0, bytes)) : null;
    }
}
