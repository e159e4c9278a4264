using System.Numerics;

namespace FastStream.Simulation.Driving;

/// <summary>
/// xoshiro256** (Blackman and Vigna), seeded by splitmix64: the same numbers from a seed on every machine and in every
/// version of the runtime.
/// </summary>
internal sealed class SimulationRandom : Random
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    public SimulationRandom(ulong seed, ulong stream = 0) => Reseed(seed, stream);

    /// <summary>Starts anew. Streams of one seed are independent of each other.</summary>
    public void Reseed(ulong seed, ulong stream)
    {
        ulong state = seed ^ Mix(stream + 0x9E37_79B9_7F4A_7C15);
        _s0 = Next(ref state);
        _s1 = Next(ref state);
        _s2 = Next(ref state);
        _s3 = Next(ref state);
    }

    /// <summary>64 random bits.</summary>
    public ulong Bits()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <inheritdoc/>
    public override int Next(int maxValue) => (int)(((Bits() >> 32) * (ulong)maxValue) >> 32);

    /// <inheritdoc/>
    public override int Next(int minValue, int maxValue) => minValue + Next(maxValue - minValue);

    /// <inheritdoc/>
    public override int Next() => (int)(Bits() >> 33);

    /// <summary>One in so many.</summary>
    public bool OneIn(int count) => Next(count) == 0;

    /// <summary>One of these.</summary>
    public T Of<T>(params ReadOnlySpan<T> choices) => choices[Next(choices.Length)];

    private static ulong Next(ref ulong state)
    {
        state += 0x9E37_79B9_7F4A_7C15;
        return Mix(state);
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }
}
