namespace FastStream.Engine.Partitions;

/// <summary>
/// The latest refused records of one rule, in order of (address, record index). Merged over partitions it holds the
/// same records for every partition count.
/// </summary>
internal sealed class RefusalSamples
{
    /// <summary>Records kept for each rule.</summary>
    public const int Capacity = 10;

    private readonly RefusalSample[] _samples = new RefusalSample[Capacity];

    /// <summary>Records kept now.</summary>
    public int Count { get; private set; }

    /// <summary>The kept records, oldest first.</summary>
    public ReadOnlySpan<RefusalSample> Items => _samples.AsSpan(0, Count);

    /// <summary>Keeps the record if it is among the latest.</summary>
    public void Add(in RefusalSample sample)
    {
        int at = Count;
        while (at > 0 && IsAfter(_samples[at - 1], sample))
        {
            at--;
        }

        if (Count < Capacity)
        {
            _samples.AsSpan(at, Count - at).CopyTo(_samples.AsSpan(at + 1));
            _samples[at] = sample;
            Count++;
        }
        else if (at > 0)
        {
            _samples.AsSpan(1, at - 1).CopyTo(_samples);
            _samples[at - 1] = sample;
        }
    }

    /// <summary>Adds the records another partition kept.</summary>
    public void Merge(RefusalSamples other)
    {
        foreach (RefusalSample sample in other.Items)
        {
            Add(sample);
        }
    }

    private static bool IsAfter(in RefusalSample a, in RefusalSample b) =>
        a.Address > b.Address || (a.Address == b.Address && a.RecordIndex > b.RecordIndex);
}
