namespace FastStream.Microbenchmarks;

/// <summary>
/// The records of one frame, column by column, from a fixed seed; values are integers, so sums are exact.
/// </summary>
internal sealed class Records
{
    public const int PerFrame = 16_384;

    /// <summary>The one window that all records lie in, of a second.</summary>
    public const long WindowStartNs = 1_600_000_000_000_000_000;

    public const long WindowNs = 1_000_000_000;

    /// <summary>Keys from 0 up to the count, uniformly.</summary>
    public Records(int seed, int keyCount)
        : this(seed, random => (ulong)random.Next(keyCount), runLength: 1)
    {
    }

    /// <summary>Keys as they are drawn, each so many times in a row.</summary>
    public Records(int seed, Func<Random, ulong> nextKey, int runLength)
    {
        Random random = new(seed);
        ulong key = 0;
        for (int i = 0; i < PerFrame; i++)
        {
            key = i % runLength == 0 ? nextKey(random) : key;
            Keys[i] = key;
            Times[i] = WindowStartNs + (i * (WindowNs / PerFrame));
            Values[i] = random.Next(-1_000, 1_001);
        }
    }

    public ulong[] Keys { get; } = new ulong[PerFrame];

    public long[] Times { get; } = new long[PerFrame];

    public double[] Values { get; } = new double[PerFrame];
}
