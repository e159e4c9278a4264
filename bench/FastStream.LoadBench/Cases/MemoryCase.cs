using FastStream.Benchmarks;
using FastStream.Engine;
using FastStream.LoadBench.Load;

namespace FastStream.LoadBench.Cases;

/// <summary>Memory of one open window with so many keys, all its states and indexes counted.</summary>
internal sealed class MemoryCase(string name, int keyCount) : ILoadCase
{
    public string Name => name;

    public string What => $"memory of an open window with {keyCount:N0} keys";

    public bool FillsDisk => false;

    public CaseReport Run(CaseSettings settings)
    {
        using EmbeddedEngine engine = new(new IngestionEngineOptions { Ephemeral = true, Partitions = 1 });
        ulong[] keys = [.. Enumerable.Range(0, keyCount).Select(rank => KeyDraw.KeyOf((ulong)rank))];
        long[] times = [.. keys.Select(_ => Workload.StartNs)];
        double[] values = [.. keys.Select((_, i) => (double)(i % 100))];
        engine.Appender.WhenApplied(engine.Appender.Append(keys, times, values)).GetAwaiter().GetResult();
        long rented = engine.Engine.Core.Partitions.Sum(partition => partition.State.Memory.Heap.RentedBytes);
        CaseReport report = new()
        {
            Case = name,
            Figures = new() { ["bytesPerKey"] = (double)rented / keyCount, ["windowMiB"] = rented / 1048576.0 },
        };
        engine.Check(keyCount, values.Sum());
        return report;
    }
}
