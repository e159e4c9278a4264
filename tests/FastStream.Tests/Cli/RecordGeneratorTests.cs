using System.Buffers.Binary;
using System.Security.Cryptography;
using FastStream.Cli.Generation;

namespace FastStream.Tests.Cli;

/// <summary>Goal: generated loads never change. Method: the formula once more in 128-bit arithmetic, and a frozen hash.</summary>
public sealed class RecordGeneratorTests
{
    [Theory]
    [InlineData(0UL, "generate", 3, 10UL, false, 0L)]
    [InlineData(42UL, "tür-7", 100, 1_000_000UL, true, 5_000_000L)]
    [InlineData(ulong.MaxValue, "p", 17, 1UL, false, 1L)]
    public void RecordsFollowTheFormula(ulong seed, string producer, int records, ulong keys, bool small, long jitter)
    {
        RecordGenerator generator = new(seed, producer, records, keys) { SmallKeys = small, StartNs = 5, JitterNs = jitter };
        ulong[] key = new ulong[records];
        long[] time = new long[records];
        double[] value = new double[records];
        UInt128 word = (UInt128)ulong.MaxValue + 1;
        UInt128 f = 0xCBF29CE484222325;
        foreach (byte b in System.Text.Encoding.UTF8.GetBytes(producer))
        {
            f = (f ^ b) * 0x100000001B3 % word;
        }

        foreach (long sequence in (long[])[1, 2, 1_000_000_007])
        {
            generator.Fill(sequence, key, time, value);
            for (int i = 0; i < records; i++)
            {
                UInt128 g = 0x9E3779B97F4A7C15;
                UInt128 j = ((UInt128)(sequence - 1) * (UInt128)records) + (UInt128)i;
                UInt128 x = (seed + f + (g * ((3 * j) + 1))) % word;
                ulong index = NaiveMix(x) % keys;
                Assert.Equal(small ? index : NaiveMix(index + 1), key[i]);
                ulong late = NaiveMix((x + g) % word) % ((ulong)jitter + 1);
                Assert.Equal((long)((5 + (j * 1_000_000) + late) % word), time[i]);
                Assert.Equal((NaiveMix((x + (2 * g)) % word) % 2001) - 1000.0, value[i]);
            }
        }
    }

    [Fact]
    public void TheGoldenFrameIsFrozen()
    {
        RecordGenerator generator = new(1, "generate", 1000, 100) { StartNs = 1_577_836_800_000_000_000 };
        ulong[] keys = new ulong[1000];
        long[] times = new long[1000];
        double[] values = new double[1000];
        generator.Fill(7, keys, times, values);
        byte[] bytes = new byte[24_000];
        for (int i = 0; i < 1000; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * 24), keys[i]);
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan((i * 24) + 8), times[i]);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan((i * 24) + 16), values[i]);
        }

        Assert.Equal("0e0eba68e8331b61b29efdb228b0366628ac973a2812570371e07be4950d4e59", Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    private static ulong NaiveMix(UInt128 value)
    {
        UInt128 word = (UInt128)ulong.MaxValue + 1;
        UInt128 z = value % word;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % word;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB % word;
        return (ulong)(z ^ (z >> 31));
    }
}
