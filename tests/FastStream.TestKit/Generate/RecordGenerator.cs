using System.Text;
using FastStream.TestKit.Model;

namespace FastStream.TestKit.Generate;

/// <summary>
/// The records of <c>faststream generate</c>, computed again from their published definition: each is a function of
/// (seed, producer, frame, place in the frame), so whoever knows the options knows what must come out.
/// </summary>
internal sealed record RecordGenerator(string Producer, ulong Seed)
{
    private const ulong Gamma = 0x9E37_79B9_7F4A_7C15;

    private readonly ulong _producerHash = Fnv1a(Producer);

    /// <summary>Records in a frame.</summary>
    public int RecordsPerFrame { get; init; } = 1_000;

    /// <summary>How many different keys.</summary>
    public ulong KeyCount { get; init; } = 1_000;

    /// <summary>Keys are 0, 1, 2 ... instead of spread over 64 bits.</summary>
    public bool SmallKeys { get; init; }

    /// <summary>Event time of record 0: 2020-01-01T00:00:00Z.</summary>
    public long StartNs { get; init; } = 1_577_836_800_000_000_000;

    /// <summary>Event time from one record to the next.</summary>
    public long StepNs { get; init; } = 1_000_000;

    /// <summary>Up to this much is added to each event time.</summary>
    public ulong JitterNs { get; init; }

    /// <summary>Record <paramref name="index"/> (from 0) of frame <paramref name="sequence"/> (from 1).</summary>
    public ModelRecord Record(long sequence, int index)
    {
        unchecked
        {
            ulong j = ((ulong)(sequence - 1) * (ulong)RecordsPerFrame) + (ulong)index;
            ulong x = Seed + _producerHash + (Gamma * ((3 * j) + 1));
            ulong choice = Mix(x) % KeyCount;
            long time = StartNs + ((long)j * StepNs) + (long)(Mix(x + Gamma) % (JitterNs + 1));
            double value = (double)(Mix(x + (2 * Gamma)) % 2001) - 1000;
            return new ModelRecord(SmallKeys ? choice : Mix(choice + 1), time, value);
        }
    }

    /// <summary>Frame <paramref name="sequence"/> (from 1).</summary>
    public ModelFrame Frame(long sequence) => ModelFrame.Data(
        sequence, [.. Enumerable.Range(0, RecordsPerFrame).Select(index => Record(sequence, index))]);

    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z ^= z >> 30;
            z *= 0xBF58_476D_1CE4_E5B9;
            z ^= z >> 27;
            z *= 0x94D0_49BB_1331_11EB;
            return z ^ (z >> 31);
        }
    }

    private static ulong Fnv1a(string text)
    {
        unchecked
        {
            ulong hash = 0xCBF2_9CE4_8422_2325;
            foreach (byte one in Encoding.UTF8.GetBytes(text))
            {
                hash = (hash ^ one) * 0x0000_0100_0000_01B3;
            }

            return hash;
        }
    }
}
