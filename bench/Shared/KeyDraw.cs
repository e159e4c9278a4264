namespace FastStream.Benchmarks;

/// <summary>Draws keys from a fixed number of them, uniformly or by Zipf's law with exponent 1.</summary>
/// <remarks>
/// The keys are ranks under a fixed bijection of 64-bit numbers, as identifiers are. Small consecutive numbers would be
/// a perfect hash for a table that takes the key modulo a prime, and for one that multiplies by the golden ratio.
/// </remarks>
internal sealed class KeyDraw
{
    private readonly int _keyCount;
    private readonly double[]? _shares; // up to and with each rank; null when all ranks are alike

    public KeyDraw(int keyCount, bool isZipf)
    {
        _keyCount = keyCount;
        if (isZipf)
        {
            _shares = new double[keyCount];
            double sum = 0;
            for (int rank = 0; rank < keyCount; rank++)
            {
                sum += 1.0 / (rank + 1);
                _shares[rank] = sum;
            }
        }
    }

    public ulong Next(Random random) => KeyOf((ulong)NextRank(random));

    /// <summary>A rank, the most frequent first.</summary>
    public int NextRank(Random random)
    {
        if (_shares is null)
        {
            return random.Next(_keyCount);
        }

        int at = Array.BinarySearch(_shares, random.NextDouble() * _shares[^1]);
        return Math.Min(at < 0 ? ~at : at, _keyCount - 1);
    }

    /// <summary>The key of a rank: the finaliser of splitmix64 (Steele, Lea, Flood 2014), so different ranks, different keys.</summary>
    public static ulong KeyOf(ulong rank)
    {
        ulong z = rank + 0x9E37_79B9_7F4A_7C15;
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }
}
