namespace FastStream.Engine.Partitions;

/// <summary>
/// The fates of a stream's journaled records: each record has exactly one. Part of state: in snapshot and digest.
/// Written by the partition's thread; sums over partitions are the stream's.
/// </summary>
internal sealed class StreamCounters
{
    private readonly List<long> _refused = [];
    private readonly List<RefusalSamples> _samples = [];

    /// <summary>Records the journal brought, tombstones included: the left side of the ledger's equation.</summary>
    public long Journaled { get; set; }

    /// <summary>Records that passed preparation: what every view is offered.</summary>
    public long Prepared { get; set; }

    /// <summary>Records too far ahead of their arrival.</summary>
    public long Future { get; set; }

    /// <summary>Records with an event time outside 1679-01-01..2261-01-01.</summary>
    public long TimeRange { get; set; }

    /// <summary>Records whose key found no room.</summary>
    public long KeyLimit { get; set; }

    /// <summary>Records of frames that were refused for good.</summary>
    public long Tombstone { get; set; }

    /// <summary>Rules with a counter, in the order of the stream's RefusalNames.</summary>
    public int RuleCount => _refused.Count;

    /// <summary>Records refused by any rule.</summary>
    public long RefusedByRules
    {
        get
        {
            long sum = 0;
            foreach (long count in _refused)
            {
                sum += count;
            }

            return sum;
        }
    }

    /// <summary>True when the fates add up to the records journaled.</summary>
    public bool Balanced => Journaled == Prepared + RefusedByRules + Future + TimeRange + KeyLimit + Tombstone;

    /// <summary>Records refused by rule <paramref name="rule"/>.</summary>
    public long RefusedBy(int rule) => _refused[rule];

    /// <summary>The latest records refused by rule <paramref name="rule"/>.</summary>
    public RefusalSamples SamplesOf(int rule) => _samples[rule];

    /// <summary>Adds to the count of a rule.</summary>
    public void CountRefused(int rule, long count)
    {
        EnsureRules(rule + 1);
        _refused[rule] += count;
    }

    /// <summary>Makes sure that this many rules have counters.</summary>
    public void EnsureRules(int count)
    {
        while (_refused.Count < count)
        {
            _refused.Add(0);
            _samples.Add(new RefusalSamples());
        }
    }

    /// <summary>Adds another partition's share.</summary>
    public void Merge(StreamCounters other)
    {
        Journaled += other.Journaled;
        Prepared += other.Prepared;
        Future += other.Future;
        TimeRange += other.TimeRange;
        KeyLimit += other.KeyLimit;
        Tombstone += other.Tombstone;
        EnsureRules(other.RuleCount);
        for (int rule = 0; rule < other.RuleCount; rule++)
        {
            _refused[rule] += other._refused[rule];
            _samples[rule].Merge(other._samples[rule]);
        }
    }
}
