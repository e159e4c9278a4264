using System.Diagnostics;
using FastStream.Engine;
using FastStream.LoadBench.Load;
using HdrHistogram;

namespace FastStream.LoadBench.Cases;

/// <summary>One record appended in this process until it is applied: from then on a query sees it.</summary>
internal sealed class EmbeddedLatencyCase : ILoadCase
{
    private const int WarmCount = 1_000;

    public string Name => "embedded-applied";

    public string What => "append of one record in process until it is applied, the asker spinning, ephemeral";

    public bool FillsDisk => false;

    public CaseReport Run(CaseSettings settings)
    {
        using EmbeddedEngine engine = new(new IngestionEngineOptions { Ephemeral = true, Partitions = 1 });
        AppendedRecords records = new(new Workload { RecordsPerFrame = 1 });
        LongHistogram latencyNs = FrameLoad.NewHistogram();
        long begin = Stopwatch.GetTimestamp();
        while (records.RecordCount < 2 * WarmCount || Stopwatch.GetElapsedTime(begin).TotalSeconds < settings.Seconds)
        {
            records.Next();
            long start = Stopwatch.GetTimestamp();
            ulong position = engine.Appender.Append(records.Keys, records.Times, records.Values);
            while (engine.Appender.AppliedPosition < position)
            {
                Thread.SpinWait(1);
            }

            if (records.RecordCount > WarmCount)
            {
                latencyNs.RecordValue(Math.Max(1, Stopwatch.GetTimestamp() - start));
            }
        }

        CaseReport report = new CaseReport { Case = Name, Figures = new() { ["appends"] = records.RecordCount } }.With(latencyNs);
        engine.Check(records.RecordCount, records.ValueSum);
        return report;
    }
}
