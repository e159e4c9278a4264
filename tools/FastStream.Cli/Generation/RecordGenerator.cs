using System.Text;

namespace FastStream.Cli.Generation;

/// <summary>
/// Makes the records of a load. Every record is a function of (seed, producer's name, frame, place in the frame) and of
/// the options here, in 64-bit arithmetic that wraps around; values are whole numbers, so that sums are exact. An
/// independent program can recompute all of it: with mix = the finaliser of splitmix64, g = 0x9E3779B97F4A7C15 and f =
/// FNV-1a-64 of the producer's name in UTF-8, record i (from 0) of frame n (from 1) with R records a frame has j =
/// (n-1)*R + i, x = seed + f + g*(3*j+1), key = mix((mix(x) mod K) + 1), time = start + j*step + (mix(x+g) mod
/// (jitter+1)), value = (mix(x+2g) mod 2001) - 1000.
/// </summary>
internal sealed class RecordGenerator(ulong seed, string producer, int recordsPerFrame, ulong keyCount)
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    private readonly ulong _origin = unchecked(seed + Fnv1a(producer));

    public string Producer => producer;

    public int RecordsPerFrame => recordsPerFrame;

    /// <summary>Keys 0 .. K-1 instead of scattered ones.</summary>
    public bool SmallKeys { get; init; }

    public long StartNs { get; init; }

    public long StepNs { get; init; } = 1_000_000;

    public long JitterNs { get; init; }

    /// <summary>
    /// Fills the columns of frame <paramref name="sequence"/>; each span holds <see cref="RecordsPerFrame"/>.
    /// </summary>
    public void Fill(long sequence, Span<ulong> keys, Span<long> timesNs, Span<double> values)
    {
        unchecked
        {
            ulong first = (ulong)(sequence - 1) * (ulong)recordsPerFrame;
            for (int i = 0; i < recordsPerFrame; i++)
            {
                ulong j = first + (ulong)i;
                ulong x = _origin + (GoldenGamma * ((3 * j) + 1));
                ulong key = Mix(x) % keyCount;
                keys[i] = SmallKeys ? key : Mix(key + 1);
                ulong jitter = JitterNs == 0 ? 0 : Mix(x + GoldenGamma) % ((ulong)JitterNs + 1);
                timesNs[i] = (long)((ulong)StartNs + (j * (ulong)StepNs) + jitter);
                values[i] = (double)(Mix(x + (2 * GoldenGamma)) % 2001) - 1000;
            }
        }
    }

    /// <summary>The finaliser of splitmix64 (Steele, Lea, Flood 2014).</summary>
    public static ulong Mix(ulong z)
    {
        z ^= z >> 30;
        z *= 0xBF58476D1CE4E5B9;
        z ^= z >> 27;
        z *= 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private static ulong Fnv1a(string text)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (byte b in Encoding.UTF8.GetBytes(text))
        {
            hash = unchecked((hash ^ b) * 0x100000001B3);
        }

        return hash;
    }
}
