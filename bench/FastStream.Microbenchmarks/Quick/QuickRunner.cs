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
    private const double SampleMs = 2;
    private const int WarmMs = 300;
    private const int SampleCount = 101;
    private const int DiskSampleCount = 15;

    /// <summary>Runs everything; tiny = each case a few times, only to see that it works.</summary>
    public static int Run(bool isTiny, TextWriter output)
    {
        List<QuickResult> results = [];
        foreach (Func<QuickGroup> create in Groups())
        {
            using QuickGroup group = create();
            IReadOnlyList<QuickResult> measured = Measure(group, isTiny);
            QuickReport.WriteGroup(output, measured);
            results.AddRange(measured);
        }

        QuickReport.WriteJson(output, results, isTiny);
        return 0;
    }

    private static Func<QuickGroup>[] Groups() =>
    [
        () => new ParseBenchmarks().Quick(),
        () => new ChecksumBenchmarks().Quick(),
        () => new IndexBenchmarks().Quick(2),
        () => new IndexBenchmarks().Quick(8),
        () => new AggregateBenchmarks().Quick(AggregateShape.Keys100, "100 keys"),
        () => new AggregateBenchmarks().Quick(AggregateShape.Keys10K, "10,000 keys"),
        () => new AggregateBenchmarks().Quick(AggregateShape.Keys1M, "1,000,000 keys"),
        () => new AggregateBenchmarks().Quick(AggregateShape.Keys10KVariance, "10,000 keys with variance"),
        () => new AggregateBenchmarks().Quick(AggregateShape.Runs64, "runs of 64 out of 10,000 keys"),
        () => new AggregateBenchmarks().Quick(AggregateShape.OneKey, "one key"),
        () => new AppendBenchmarks().Quick(),
    ];

    private static IReadOnlyList<QuickResult> Measure(QuickGroup group, bool isTiny)
    {
        int sampleCount = isTiny ? 3 : group.IsDisk ? DiskSampleCount : SampleCount;
        int[] runs = [.. group.Cases.Select(one => isTiny || group.IsDisk ? 1 : Warm(one))];
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
    private static int Warm(QuickCase one)
    {
        long start = Stopwatch.GetTimestamp();
        double fastestNs = double.MaxValue;
        while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < WarmMs)
        {
            fastestNs = Math.Min(fastestNs, Time(one, 1));
        }

        return Math.Clamp((int)(SampleMs * 1e6 / fastestNs), 1, 100_000);
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
