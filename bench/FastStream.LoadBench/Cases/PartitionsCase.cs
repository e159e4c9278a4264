using System.Diagnostics;
using FastStream.Engine;
using FastStream.LoadBench.Load;

namespace FastStream.LoadBench.Cases;

/// <summary>
/// Batches appended in this process, nothing journaled: what appending, sequencing and so many partitions do on the
/// cores there are. With many keys the partitions are the work; with few they wait for the appender.
/// </summary>
internal sealed class PartitionsCase(string name, int partitions, int keyCount) : ILoadCase
{
    private const double WarmSeconds = 1;

    public string Name => name;

    public string What => $"append in process, ephemeral, {keyCount:N0} keys, {partitions} partition(s)";

    public bool FillsDisk => false;

    public CaseReport Run(CaseSettings settings)
    {
        using EmbeddedEngine engine = new(new IngestionEngineOptions { Ephemeral = true, Partitions = partitions });

        AppendedRecords records = new(new Workload { KeyCount = keyCount, RecordsPerFrame = 16_384 });
        Append(engine, records, WarmSeconds);
        long before = records.RecordCount;
        long start = Stopwatch.GetTimestamp();
        Append(engine, records, settings.Seconds);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        CaseReport report = new()
        {
            Case = name,
            Figures = new()
            {
                [Figure.RecordsPerSecond] = (records.RecordCount - before) / seconds,
                [Figure.Seconds] = seconds,
            },
        };
        engine.Check(records.RecordCount, records.ValueSum);
        return report;
    }

    private static void Append(EmbeddedEngine engine, AppendedRecords records, double seconds)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            engine.Append(records);
        }

        engine.Appender.WhenApplied(engine.Appender.Position).GetAwaiter().GetResult();
    }
}
