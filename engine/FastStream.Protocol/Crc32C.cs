using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace FastStream.Protocol;

/// <summary>
/// CRC32C (Castagnoli, reflected, start and end inverted): the checksum of frames and journal entries. Chooses the
/// fastest way of this CPU once; all ways give the same number.
/// </summary>
public static partial class Crc32C
{
    // The polynomial 0x1EDC6F41 with its bits reversed.
    private const uint ReversedPolynomial = 0x82F63B78;

    // Below this, setting up the folding costs more than it saves.
    private const int FoldingThresholdBytes = 256;

    private static readonly uint[] s_tables = BuildTables();

    /// <summary>The checksum of the bytes.</summary>
    /// <param name="source">Any number of bytes.</param>
    /// <returns>The finished checksum; 0 for none.</returns>
    public static uint Compute(ReadOnlySpan<byte> source) => Append(0, source);

    /// <summary>The checksum of bytes that lie in several pieces.</summary>
    /// <param name="source">The pieces in their order.</param>
    /// <returns>The same as for the same bytes in one piece.</returns>
    public static uint Compute(in ReadOnlySequence<byte> source)
    {
        uint crc = 0;
        foreach (ReadOnlyMemory<byte> piece in source)
        {
            crc = Append(crc, piece.Span);
        }

        return crc;
    }

    /// <summary>Goes on from the checksum of earlier bytes.</summary>
    /// <param name="crc">The finished checksum of what came before; 0 for nothing.</param>
    /// <param name="source">The bytes that follow.</param>
    /// <returns>The checksum of both together.</returns>
    public static uint Append(uint crc, ReadOnlySpan<byte> source)
    {
        if (source.Length >= FoldingThresholdBytes)
        {
            if (Folding512IsSupported)
            {
                return ~Fold512(~crc, source);
            }

            if (Folding128IsSupported)
            {
                return ~Fold128(~crc, source);
            }
        }

        return Sse42.X64.IsSupported || Crc32.Arm64.IsSupported
            ? ~AppendByInstruction(~crc, source)
            : ~AppendByTable(~crc, source);
    }

    // Works on the inverted (running) checksum, as all the ways below do. BitOperations.Crc32C is the CPU's
    // instruction where there is one.
    internal static uint AppendByInstruction(uint running, ReadOnlySpan<byte> source)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(source);
        foreach (ulong word in words)
        {
            running = BitOperations.Crc32C(running, word);
        }

        foreach (byte value in source[(words.Length * sizeof(ulong))..])
        {
            running = BitOperations.Crc32C(running, value);
        }

        return running;
    }

    // Eight tables, eight bytes a step: table k holds what a byte contributes from k bytes before the end of the step.
    internal static uint AppendByTable(uint running, ReadOnlySpan<byte> source)
    {
        uint[] tables = s_tables;
        while (source.Length >= 8)
        {
            uint low = BinaryPrimitives.ReadUInt32LittleEndian(source) ^ running;
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(source[4..]);
            running = tables[(7 * 256) + (byte)low]
                ^ tables[(6 * 256) + (byte)(low >> 8)]
                ^ tables[(5 * 256) + (byte)(low >> 16)]
                ^ tables[(4 * 256) + (byte)(low >> 24)]
                ^ tables[(3 * 256) + (byte)high]
                ^ tables[(2 * 256) + (byte)(high >> 8)]
                ^ tables[256 + (byte)(high >> 16)]
                ^ tables[(byte)(high >> 24)];
            source = source[8..];
        }

        foreach (byte value in source)
        {
            running = tables[(byte)(running ^ value)] ^ (running >> 8);
        }

        return running;
    }

    private static uint[] BuildTables()
    {
        uint[] tables = new uint[8 * 256];
        for (uint value = 0; value < 256; value++)
        {
            uint crc = value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (ReversedPolynomial & (0u - (crc & 1)));
            }

            tables[value] = crc;
        }

        for (int index = 256; index < tables.Length; index++)
        {
            uint shorter = tables[index - 256];
            tables[index] = tables[(byte)shorter] ^ (shorter >> 8);
        }

        return tables;
    }
}
