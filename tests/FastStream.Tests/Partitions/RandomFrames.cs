namespace FastStream.Tests.Partitions;

/// <summary>Frames with natural disorder, gaps, repeated keys, runs and absent values, from a printed seed.</summary>
internal static class RandomFrames
{
    public const long Second = 1_000_000_000;

    public static List<TestFrame> Make(
        int seed, int frames = 12, int maxRecords = 3000, int fields = 2, bool integers = true)
    {
        Random random = new(seed);
        List<TestFrame> made = [];
        long[] clock = [0, -40 * Second];
        for (int f = 0; f < frames; f++)
        {
            int producer = random.Next(2);
            int count = random.Next(1, maxRecords + 1);
            ulong[] keys = new ulong[count];
            long[] times = new long[count];
            double[]?[] columns = [.. Enumerable.Range(0, fields).Select(
                _ => random.Next(8) == 0 ? null : new double[count])];
            int keyCount = random.Next(3) switch { 0 => 1, 1 => 10, _ => 2000 };
            double absent = random.Next(2) == 0 ? 0 : 0.2;
            int run = 0;
            ulong key = 0;
            for (int i = 0; i < count; i++)
            {
                if (run-- <= 0)
                {
                    key = (ulong)random.Next(keyCount) * 0x1_0000_0001;
                    run = random.Next(40) == 0 ? random.Next(50, 300) : 0;
                }

                keys[i] = key;
                clock[producer] += random.Next(0, 40_000_000);
                times[i] = clock[producer] - (random.Next(10) == 0 ? random.NextInt64(0, 30 * Second) : 0);
                foreach (double[]? column in columns)
                {
                    if (column is not null)
                    {
                        double value = integers ? random.Next(-1000, 1001) : (random.NextDouble() * 2e6) - 1e3;
                        column[i] = random.NextDouble() < absent ? double.NaN : value;
                    }
                }
            }

            made.Add(new TestFrame(keys, times, columns) { Producer = producer == 0 ? "a" : "b" });
        }

        return made;
    }
}
