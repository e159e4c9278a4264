namespace FastStream.Peers.Running;

/// <summary>How often each prepared batch was acked: what a peer must hold. One writer.</summary>
internal sealed class AckedBatches(PreparedRecords records)
{
    private readonly long[] _counts = new long[records.BatchCount];

    public long RecordCount { get; private set; }

    public void Add(int batch)
    {
        _counts[batch]++;
        RecordCount += records.BatchRecords;
    }

    public void Add(AckedBatches other)
    {
        for (int batch = 0; batch < _counts.Length; batch++)
        {
            _counts[batch] += other._counts[batch];
        }

        RecordCount += other.RecordCount;
    }

    public Dictionary<ulong, KeyTotal> Totals()
    {
        Dictionary<ulong, KeyTotal> totals = [];
        for (int i = 0; i < records.Keys.Length; i++)
        {
            long times = _counts[i / records.BatchRecords];
            if (times > 0)
            {
                KeyTotal before = totals.GetValueOrDefault(records.Keys[i]);
                totals[records.Keys[i]] = new KeyTotal(before.Count + times, before.Sum + (times * records.Values[i]));
            }
        }

        return totals;
    }

    /// <summary>Each key's count and sum, and no key too many.</summary>
    public void Check(IEnumerable<(ulong Key, KeyTotal Total)> found)
    {
        Dictionary<ulong, KeyTotal> expected = Totals();
        long keys = 0;
        foreach ((ulong key, KeyTotal total) in found)
        {
            keys++;
            Require.Equal(expected.GetValueOrDefault(key), total, $"key {key}");
        }

        Require.Equal(expected.Count, keys, "keys");
    }
}
