namespace FastStream.Peers.Running;

/// <summary>
/// Batches of records that are there before the clock starts and are sent round and round. Keys are scrambled and
/// uniform; values are integers, so sums are exact in every order. Times rise through one second; where a case needs
/// time to go on, it adds a second for each pass.
/// </summary>
internal sealed class PreparedRecords
{
    /// <summary>Of event time, in nanoseconds: what all batches span.</summary>
    public const long PassNs = 1_000_000_000;

    public const long FirstNs = 1_600_000_000_000_000_000;

    private const int LeastBatches = 16;
    private const int LeastRecords = 1 << 20; // 24 MiB: more than a core's own cache, less than what takes long to prepare

    public PreparedRecords(PeerLoad load)
    {
        BatchRecords = load.RecordsPerBatch;
        BatchCount = Math.Max(LeastBatches, LeastRecords / BatchRecords);
        KeyCount = load.KeyCount;
        int count = BatchRecords * BatchCount;
        Keys = new ulong[count];
        Times = new long[count];
        Values = new double[count];
        Random random = new(load.Seed);
        for (int i = 0; i < count; i++)
        {
            Keys[i] = Scramble((ulong)random.Next(KeyCount));
            Values[i] = random.Next(-1_000, 1_001);
            Times[i] = FirstNs + (i * PassNs / count);
        }
    }

    public int BatchRecords { get; }

    public int BatchCount { get; }

    public int KeyCount { get; }

    public ulong[] Keys { get; }

    public long[] Times { get; }

    public double[] Values { get; }

    /// <summary>
    /// Gives each number another one, as SplitMix64 ends (Steele, Lea, Flood 2014). A factor alone would not do: numbers
    /// in a row times a factor are spread evenly by every multiplicative hash, so a table would hardly see a collision.
    /// </summary>
    public static ulong Scramble(ulong number)
    {
        number += 0x9E3779B97F4A7C15;
        number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9;
        number = (number ^ (number >> 27)) * 0x94D049BB133111EB;
        return number ^ (number >> 31);
    }

    /// <summary>Where a batch lies in the columns.</summary>
    public int FirstOf(int batch) => batch * BatchRecords;

    public ReadOnlySpan<ulong> KeysOf(int batch) => Keys.AsSpan(FirstOf(batch), BatchRecords);

    public ReadOnlySpan<long> TimesOf(int batch) => Times.AsSpan(FirstOf(batch), BatchRecords);

    public ReadOnlySpan<double> ValuesOf(int batch) => Values.AsSpan(FirstOf(batch), BatchRecords);
}
