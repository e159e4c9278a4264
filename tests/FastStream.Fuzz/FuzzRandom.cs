namespace FastStream.Fuzz;

/// <summary>
/// Random numbers of one case: the same for the same seed, target and case number on every machine and in every
/// version of .NET. SplitMix64.
/// </summary>
internal sealed class FuzzRandom
{
    private const ulong Step = 0x9E37_79B9_7F4A_7C15;

    private ulong _state;

    /// <summary>Starts the numbers of one case.</summary>
    public void Start(ulong seed, string target, long caseNumber)
    {
        ulong hash = 0xCBF2_9CE4_8422_2325; // FNV-1a over the name
        foreach (char c in target)
        {
            hash = (hash ^ c) * 0x0000_0100_0000_01B3;
        }

        _state = Mix(seed + hash) ^ Mix((ulong)caseNumber * Step);
    }

    public ulong Next() => Mix(_state += Step);

    /// <summary>From 0 to below the bound.</summary>
    public int Below(int bound) => (int)(((UInt128)Next() * (uint)bound) >> 64);

    /// <summary>From the one to the other, both included.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);

    /// <summary>True once in so many times.</summary>
    public bool OneIn(int count) => Below(count) == 0;

    public T Pick<T>(ReadOnlySpan<T> items) => items[Below(items.Length)];

    /// <summary>Small numbers often, large ones rarely, never above the bound.</summary>
    public int Skewed(int most) => Math.Min(most, Below(1 << Below(1 + int.Log2(Math.Max(1, most) * 2 - 1))));

    public void Fill(Span<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)Next();
        }
    }

    /// <summary>A number as parsers fear them: zero, one, limits of all widths and their neighbours.</summary>
    public ulong EdgeNumber() => Below(8) switch
    {
        0 => 0,
        1 => (ulong)Below(17),
        2 => ulong.MaxValue - (ulong)Below(3),
        3 => (1UL << Below(64)) + (ulong)Below(3) - 1,
        4 => (ulong)long.MaxValue + (ulong)Below(3) - 1,
        5 => uint.MaxValue - 63 + (ulong)Below(66),
        6 => (ulong)int.MaxValue + (ulong)Below(3) - 1,
        _ => Next() >> Below(64),
    };

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }
}
