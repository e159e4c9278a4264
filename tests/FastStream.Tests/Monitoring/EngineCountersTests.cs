using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using FastStream.Engine.Monitoring;
using FastStream.Tests.Allocation;

namespace FastStream.Tests.Monitoring;

public sealed partial class EngineCountersTests
{
    [Fact]
    public void EveryCounterHasOneLabelAndOneSentence()
    {
        Assert.Equal(Enum.GetValues<EngineCounter>(), EngineCounterCatalog.All.Select(info => info.Counter));
        Assert.Equal(EngineCounterCatalog.All.Count, EngineCounterCatalog.All.Select(i => i.Label).Distinct().Count());
        Assert.All(EngineCounterCatalog.All, info =>
        {
            Assert.Matches(LabelForm(), info.Label);
            Assert.EndsWith(".", info.Sentence, StringComparison.Ordinal);
            Assert.InRange((int)info.Counter, 0, EngineCounterCatalog.IdLimit - 1);
        });
    }

    [Fact]
    public void NumbersOfCountersAreFrozen()
    {
        Assert.Equal(0, (int)EngineCounter.ConnectionsAccepted);
        Assert.Equal(13, (int)EngineCounter.AcksSent);
        Assert.Equal(20, (int)EngineCounter.JournalEntriesAppended);
        Assert.Equal(25, (int)EngineCounter.FramesRecovered);
        Assert.Equal(40, (int)EngineCounter.RecordsPrepared);
        Assert.Equal(46, (int)EngineCounter.WindowsClosed);
        Assert.Equal(60, (int)EngineCounter.ResultEntriesAppended);
        Assert.Equal(66, (int)EngineCounter.ResultHandlersFailed);
        Assert.Equal(81, (int)EngineCounter.QueryRowsReturned);
        Assert.Equal(91, (int)EngineCounter.SnapshotBytesWritten);
    }

    [Fact]
    public void ReadingAddsTheThreadsUp()
    {
        var counters = new EngineCounters();
        CounterSet[] sets = [.. Enumerable.Range(0, 4).Select(i => counters.AddSet($"thread {i}"))];
        Thread[] threads = [.. sets.Select(set => new Thread(() =>
        {
            for (int i = 0; i < 100_000; i++)
            {
                set.Add(EngineCounter.FramesReceived, 1);
                set.Add(EngineCounter.RecordsJournaled, 3);
            }
        }))];
        long seen = 0;
        Array.ForEach(threads, thread => thread.Start());
        while (threads.Any(thread => thread.IsAlive))
        {
            long now = counters.Read(EngineCounter.FramesReceived);
            Assert.True(now >= seen, "a counter fell");
            seen = now;
        }

        Assert.Equal(400_000, counters.Read(EngineCounter.FramesReceived));
        Assert.Equal(1_200_000, counters.Read(EngineCounter.RecordsJournaled));
        Assert.Equal(0, counters.Read(EngineCounter.AcksSent));
    }

    [Fact]
    public void CountingAllocatesNothing()
    {
        CounterSet set = new EngineCounters().AddSet("this");
        Assert.Equal(0, SteadyState.AllocatedBytes(() =>
        {
            for (int i = 0; i < 1_000; i++)
            {
                set.Add(EngineCounter.AcksSent, 1);
            }
        }));
    }

    [Fact]
    public void TheMeterShowsEveryCounterAndGauge()
    {
        var counters = new EngineCounters();
        counters.AddSet("this").Add(EngineCounter.AcksSent, 7);
        using var meter = new EngineMeter(counters);
        meter.AddGauge("bytes_in_flight", "By", "Bytes that wait.", () => 5L);
        var seen = new Dictionary<string, long>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == EngineMeter.Name && ReferenceEquals(instrument.Meter.Scope, counters))
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.Start();
        listener.RecordObservableInstruments();

        Assert.Equal(EngineCounterCatalog.All.Count + 1, seen.Count);
        Assert.Equal(7, seen["faststream_acks_sent"]);
        Assert.Equal(5, seen["faststream_bytes_in_flight"]);
    }

    [GeneratedRegex("^[a-z]+(_[a-z]+)*$")]
    private static partial Regex LabelForm();
}
