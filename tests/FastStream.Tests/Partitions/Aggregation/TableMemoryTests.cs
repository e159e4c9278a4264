using FastStream.Engine.Definitions;

namespace FastStream.Tests.Partitions.Aggregation;

/// <summary>
/// Goal: what a window's cells cost. Up to 100,000 keys a view takes 16 MiB a partition at most, from there on 128 bytes
/// a key, with count, sum, min, max and variance of a field.
/// </summary>
public class TableMemoryTests
{
    private const string View = "tumbling 1h by key: count, sum(x), min(x), max(x), variance(x)";

    [Theory]
    [InlineData(100)]
    [InlineData(4_000)]
    [InlineData(10_000)]
    [InlineData(16_384)]
    [InlineData(17_000)]
    [InlineData(99_999)]
    public void BelowAHundredThousandKeysAViewTakesSixteenMebibytesAtMost(int keys) =>
        Assert.InRange(BytesWith(keys), keys * 64L, 16L << 20);

    [Theory]
    [InlineData(100_000)]
    [InlineData(131_073)]
    [InlineData(300_000)]
    [InlineData(1_000_000)]
    public void FromAHundredThousandKeysOnAKeyTakes128BytesAtMost(int keys) =>
        Assert.InRange(BytesWith(keys) / (double)keys, 64, 128);

    private static long BytesWith(int keys)
    {
        using PartitionHarness harness = new(StreamDefinition.Parse("s", "u64 (x)"), 1);
        harness.AddView("v", View, 1);
        foreach (int[] chunk in Enumerable.Range(0, keys).Chunk(60_000))
        {
            harness.ApplyOnly(new TestFrame(
                [.. chunk.Select(i => (ulong)i * 0x9E37_79B9_7F4A_7C15)], new long[chunk.Length], new double[chunk.Length]));
        }

        return harness.RentedBytes;
    }
}
