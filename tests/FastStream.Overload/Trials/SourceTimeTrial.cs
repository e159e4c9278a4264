using System.Diagnostics;
using System.Globalization;
using FastStream.Engine.Definitions;
using FastStream.Engine.Sequencing;

namespace FastStream.Overload.Trials;

/// <summary>What many live sources cost the sequencer: one step of the minimum a frame, in this process.</summary>
internal static class SourceTimeTrial
{
    private const int Steps = 5_000_000;

    public static void Run(IEnumerable<int> counts, TrialReport report)
    {
        foreach (int count in counts)
        {
            (double nanoseconds, long watermark, long expected) = Measure(count);
            report.State(
                $"a frame's step of source time among {count.ToString("N0", CultureInfo.InvariantCulture)} live sources", nanoseconds, "ns");
            report.MustBe($"watermark of {count} sources", watermark, expected);
        }
    }

    private static (double Nanoseconds, long Watermark, long Expected) Measure(int count)
    {
        StreamState stream = new(1, StreamDefinition.Parse("s", "u64 (value)"), keyLimit: 1);
        ProducerState[] sources = new ProducerState[count];
        for (int i = 0; i < count; i++)
        {
            sources[i] = new ProducerState(i + 1, i, stream, $"p{i}");
            stream.Add(sources[i]);
            stream.Time.Progress(sources[i], 0);
        }

        // Every source goes ahead in a wild order, some far: the minimum changes often, paths to the root are long.
        Random random = new(1);
        int[] order = new int[Steps];
        long[] progress = new long[count];
        for (int i = 0; i < Steps; i++)
        {
            order[i] = random.Next(count);
        }

        long began = Stopwatch.GetTimestamp();
        foreach (int i in order)
        {
            progress[i] += 1_000;
            stream.Time.Progress(sources[i], progress[i]);
        }

        double nanoseconds = Stopwatch.GetElapsedTime(began).TotalNanoseconds / Steps;
        return (nanoseconds, stream.Time.Watermark, progress.Min());
    }
}
