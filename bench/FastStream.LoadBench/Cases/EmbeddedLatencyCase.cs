using System.Diagnostics;
using FastStream.Engine;
using FastStream.LoadBench.Load;
using HdrHistogram;

namespace FastStream.LoadBench.Cases;

/// <summary>One record appended in this process until it is applied: from then on a query sees it.</summary>
internal sealed class EmbeddedLatencyCase : ILoadCase
{
    private const double WarmSeconds = 1; // until all of it is compiled for good

    public string Name => "embedded-applied";

    public string What => "append of one record in process until it is applied, the asker spinning, ephemeral";

    public bool FillsDisk => false;

    public CaseReport Run(CaseSettings settings)
    {
        using EmbeddedEngine engine = new(new IngestionEngineOptions { Ephemeral = true, Partitions = 1 });
        AppendedRecords records = new(new Workload { RecordsPerFrame = 1 });
        LongHistogram latencyNs = FrameLoad.NewHistogram();
        long begin = Stopwatch.GetTimestamp();
        for (double at = 0; at < WarmSeconds + settings.Seconds; at = Stopwatch.GetElapsedTime(begin).TotalSeconds)
        {
            records.Next();
            long start = Stopwatch.GetTimestamp();
            ulong position = engine.Appender.Append(records.Keys, records.Times, records.Values);
            while (engine.Appender.AppliedPosition < position)
            {
                Thread.SpinWait(1);
            }

            if (at > WarmSeconds)
            {
                latencyNs.RecordValue(Math.Max(1, Stopwatch.GetTimestamp() - start));
            }
        }

        CaseReport report = new CaseReport { Case = Name, Figures = new() { ["appends"] = records.RecordCount } }.With(latencyNs);
        engine.Check(records.RecordCount, records.ValueSum);
        return report;
    }
}
