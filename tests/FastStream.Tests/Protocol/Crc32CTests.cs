using System.Text;
using FastStream.Protocol;

namespace FastStream.Tests.Protocol;

/// <summary>Goal: every way of computing CRC32C gives the number of a bit-by-bit reference, at every length.</summary>
public sealed class Crc32CTests
{
    [Fact]
    public void TheCheckValueOfTheStandardComesOut() =>
        Assert.Equal(0xE3069283u, Crc32C.Compute(Encoding.ASCII.GetBytes("123456789")));

    [Fact]
    public void NoBytesSumToZero() => Assert.Equal(0u, Crc32C.Compute(ReadOnlySpan<byte>.Empty));

    [Fact]
    public void EveryWayEqualsTheReferenceAtEveryLengthAndMisalignment()
    {
        byte[] bytes = RandomBytes(3_000, 7);
        for (int length = 0; length <= 1_100; length++)
        {
            ReadOnlySpan<byte> source = bytes.AsSpan(length % 67, length);
            uint start = (uint)length * 0x9E3779B9;
            uint expected = Reference(start, source);
            Assert.Equal(expected, Crc32C.Append(start, source));
            Assert.Equal(expected, ~Crc32C.AppendByTable(~start, source));
            Assert.Equal(expected, ~Crc32C.AppendByInstruction(~start, source));
            if (Crc32C.Folding128IsSupported && length >= 64)
            {
                Assert.Equal(expected, ~Crc32C.Fold128(~start, source));
            }

            if (Crc32C.Folding512IsSupported && length >= 256)
            {
                Assert.Equal(expected, ~Crc32C.Fold512(~start, source));
            }
        }
    }

    [Fact]
    public void APieceAtATimeGivesTheSumOfTheWhole()
    {
        byte[] bytes = RandomBytes(5_000, 11);
        uint expected = Crc32C.Compute(bytes);
        foreach (int cut in new[] { 0, 1, 63, 64, 65, 300, 4_999, 5_000 })
        {
            Assert.Equal(expected, Crc32C.Append(Crc32C.Compute(bytes.AsSpan(0, cut)), bytes.AsSpan(cut)));
            Assert.Equal(expected, Crc32C.Compute(Pieces.Of(bytes, cut)));
        }
    }

    private static uint Reference(uint crc, ReadOnlySpan<byte> source)
    {
        crc = ~crc;
        foreach (byte value in source)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
            }
        }

        return ~crc;
    }

    private static byte[] RandomBytes(int count, int seed)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
