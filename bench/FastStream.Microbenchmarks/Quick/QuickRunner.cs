using System.Diagnostics;
using FastStream.Microbenchmarks.Aggregation;
using FastStream.Microbenchmarks.Ingress;
using FastStream.Microbenchmarks.Journal;
using FastStream.Microbenchmarks.Protocol;

namespace FastStream.Microbenchmarks.Quick;

/// <summary>
/// Times all groups within a minute, in this process: cases of a group take turns, so that what disturbs the machine
/// disturbs all of them, and medians are compared. For a trend and a ratio; for rigour there is BenchmarkDotNet.
/// </summary>
internal static class QuickRunner
{
    private const int WarmMs = 300;
    private const int SampleCount = 101;
    private const int LeastSampleCount = 31;
    private const int DiskSampleCount = 15;

    /// <summary>
    /// Runs the groups whose name contains a text, by default all; tiny = each case a few times, only to see that it
    /// works.
    /// </summary>
    public static int Run(bool isTiny, TextWriter output, string only = "")
    {
        List<QuickResult> results = [];
        foreach ((string name, Func<QuickGroup> create) in Groups())
        {
            if (!name.Contains(only, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            using QuickGroup group = create();
            IReadOnlyList<QuickResult> measured = Measure(group, isTiny);
            QuickReport.WriteGroup(output, measured);
            results.AddRange(measured);
        }

        QuickReport.WriteJson(output, results, isTiny);
        return 0;
    }

    private static (string Name, Func<QuickGroup> Create)[] Groups() =>
    [
        ("parse", () => new ParseBenchmarks().Quick()),
        ("checksum", () => new ChecksumBenchmarks().Quick()),
        ("index 2", () => new IndexBenchmarks().Quick(2)),
        ("index 8", () => new IndexBenchmarks().Quick(8)),
        Aggregate("100 keys", AggregateShape.Keys100Uniform),
        Aggregate("100 keys, Zipf", AggregateShape.Keys100Zipf),
        Aggregate("10,000 keys", AggregateShape.Keys10KUniform),
        Aggregate("10,000 keys, Zipf", AggregateShape.Keys10KZipf),
        Aggregate("1,000,000 keys", AggregateShape.Keys1MUniform),
        Aggregate("1,000,000 keys, Zipf", AggregateShape.Keys1MZipf),
        Aggregate("runs of 64 out of 10,000 keys", AggregateShape.Runs64),
        Aggregate("one key", AggregateShape.OneKey),
        ("journal", () => new AppendBenchmarks().Quick()),
    ];

    private static (string Name, Func<QuickGroup> Create) Aggregate(string name, AggregateShape shape) =>
        ($"aggregate {name}", () => new AggregateBenchmarks().Quick(shape, name));

    private static IReadOnlyList<QuickResult> Measure(QuickGroup group, bool isTiny)
    {
        int sampleCount = isTiny ? 3 : group.IsDisk ? DiskSampleCount
            : Math.Max(LeastSampleCount, (int)(SampleCount * QuickGroup.UsualSampleMs / group.SampleMs));
        int[] runs = [.. group.Cases.Select(one => isTiny || group.IsDisk ? 1 : Warm(one, group.SampleMs))];
        double[][] samples = [.. group.Cases.Select(_ => new double[sampleCount])];
        for (int sample = 0; sample < sampleCount; sample++)
        {
            for (int i = 0; i < group.Cases.Count; i++)
            {
                samples[i][sample] = Time(group.Cases[i], runs[i]) / ((double)runs[i] * group.UnitCount);
            }
        }

        Array.ForEach(samples, Array.Sort);
        double ours = samples[0][sampleCount / 2];
        return [.. group.Cases.Select((one, i) => new QuickResult(
            group.Name,
            one.Name,
            group.Unit,
            samples[i][sampleCount / 2],
            samples[i][sampleCount / 4],
            samples[i][sampleCount * 3 / 4],
            samples[i][sampleCount / 2] / ours))];
    }

    // Runs until the JIT has done its best, and says how many runs make a sample.
    private static int Warm(QuickCase one, double sampleMs)
    {
        long start = Stopwatch.GetTimestamp();
        double fastestNs = double.MaxValue;
        while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < WarmMs)
        {
            fastestNs = Math.Min(fastestNs, Time(one, 1));
        }

        return Math.Clamp((int)(sampleMs * 1e6 / fastestNs), 1, 100_000);
    }

    private static double Time(QuickCase one, int runs)
    {
        long start = Stopwatch.GetTimestamp();
        for (int run = 0; run < runs; run++)
        {
            one.Run();
        }

        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }
}
