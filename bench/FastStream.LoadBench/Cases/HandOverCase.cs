using System.Diagnostics;
using FastStream.Engine.Memory;
using FastStream.LoadBench.Load;
using HdrHistogram;

namespace FastStream.LoadBench.Cases;

/// <summary>
/// The least that a hand-over to another thread and back costs: one item through the engine's own ring, both threads
/// spinning on a core of their own.
/// </summary>
internal sealed class HandOverCase : ILoadCase
{
    private const double WarmSeconds = 1; // until all of it is compiled for good

    public string Name => "ring-hand-over";

    public string What => "one item through a ring to another thread and back, both spinning";

    public bool FillsDisk => false;

    public CaseReport Run(CaseSettings settings)
    {
        SpscRing<long> there = new(64);
        SpscRing<long> back = new(64);
        bool isOver = false;
        Thread other = new(() =>
        {
            while (!Volatile.Read(ref isOver))
            {
                if (there.TryDequeue(out long item))
                {
                    back.TryEnqueue(item);
                }
            }
        });
        other.Start();
        LongHistogram latencyNs = FrameLoad.NewHistogram();
        long count = 0;
        long begin = Stopwatch.GetTimestamp();
        for (double at = 0; at < WarmSeconds + settings.Seconds; at = Stopwatch.GetElapsedTime(begin).TotalSeconds)
        {
            long start = Stopwatch.GetTimestamp();
            there.TryEnqueue(count);
            while (!back.TryDequeue(out _))
            {
                Thread.SpinWait(1);
            }

            count++;
            if (at > WarmSeconds)
            {
                latencyNs.RecordValue(Math.Max(1, Stopwatch.GetTimestamp() - start));
            }
        }

        Volatile.Write(ref isOver, true);
        other.Join();
        return new CaseReport { Case = Name, Figures = new() { ["handOvers"] = count } }.With(latencyNs);
    }
}
