using FastStream.Benchmarks;

namespace FastStream.LoadBench.Load;

/// <summary>Batches of records for an appender in the same process; only their times move on.</summary>
internal sealed class AppendedRecords
{
    private readonly ulong[][] _keys;
    private readonly double[][] _values;
    private readonly long[] _times;
    private readonly double[] _sums;
    private long _taken;

    public AppendedRecords(Workload workload)
    {
        BatchRecords = workload.RecordsPerFrame;
        int count = Math.Max(16, (2 * workload.KeyCount) / BatchRecords);
        Random random = new(workload.Seed);
        KeyDraw keys = workload.NewKeyDraw();
        _keys = [.. Enumerable.Range(0, count).Select(_ => Fill(() => keys.Next(random)))];
        _values = [.. Enumerable.Range(0, count).Select(_ => Fill(() => (double)random.Next(-1_000, 1_001)))];
        _sums = [.. _values.Select(values => values.Sum())];
        _times = [.. Enumerable.Range(0, BatchRecords).Select(i => Workload.StartNs + (i * workload.StepNs))];
        StepNs = BatchRecords * workload.StepNs;
    }

    public int BatchRecords { get; }

    public long StepNs { get; }

    public long RecordCount => _taken * BatchRecords;

    public double ValueSum { get; private set; }

    public ReadOnlySpan<ulong> Keys => _keys[(_taken - 1) % _keys.Length];

    public ReadOnlySpan<long> Times => _times;

    public ReadOnlySpan<double> Values => _values[(_taken - 1) % _keys.Length];

    /// <summary>Moves on to the next batch.</summary>
    public void Next()
    {
        if (_taken > 0)
        {
            foreach (ref long time in _times.AsSpan())
            {
                time += StepNs;
            }
        }

        ValueSum += _sums[_taken % _sums.Length];
        _taken++;
    }

    private T[] Fill<T>(Func<T> make)
    {
        T[] filled = new T[BatchRecords];
        for (int i = 0; i < filled.Length; i++)
        {
            filled[i] = make();
        }

        return filled;
    }
}
