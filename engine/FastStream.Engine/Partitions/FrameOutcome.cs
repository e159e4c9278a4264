namespace FastStream.Engine.Partitions;

/// <summary>
/// What became of a frame's records in one partition: the counts of its ack and the first refusals by record index.
/// The outcomes of all partitions merge to the same outcome for every partition count.
/// </summary>
internal unsafe struct FrameOutcome
{
    /// <summary>Refusals listed at most; the counts go on.</summary>
    public const int MaxRefusals = 64;

    /// <summary>Records that passed preparation.</summary>
    public int Accepted;

    /// <summary>Records refused by a rule or for an event time out of range.</summary>
    public int Refused;

    /// <summary>Those of them whose event time was out of range.</summary>
    public int TimeRange;

    /// <summary>Records refused because they lie too far ahead of their arrival.</summary>
    public int Future;

    /// <summary>Records refused because their key found no room.</summary>
    public int KeyLimit;

    /// <summary>Accepted records that came late for at least one view.</summary>
    public int Late;

    /// <summary>Refusals listed.</summary>
    public int RefusalCount;

    private fixed uint _indexes[MaxRefusals];
    private fixed ushort _reasons[MaxRefusals];

    /// <summary>The record index of listed refusal <paramref name="i"/>; ascending.</summary>
    public readonly uint RefusedIndex(int i) => _indexes[i];

    /// <summary>The reason of listed refusal <paramref name="i"/>.</summary>
    public readonly ushort RefusedReason(int i) => _reasons[i];

    /// <summary>Makes it the outcome of no records; what was listed is left where it is.</summary>
    public void Clear()
    {
        Accepted = 0;
        Refused = 0;
        TimeRange = 0;
        Future = 0;
        KeyLimit = 0;
        Late = 0;
        RefusalCount = 0;
    }

    /// <summary>Lists a refusal, keeping the lowest indexes in order.</summary>
    public void AddRefusal(uint index, ushort reason)
    {
        if (RefusalCount == MaxRefusals && index > _indexes[MaxRefusals - 1])
        {
            return;
        }

        int at = RefusalCount < MaxRefusals ? RefusalCount++ : MaxRefusals - 1;
        for (; at > 0 && _indexes[at - 1] > index; at--)
        {
            _indexes[at] = _indexes[at - 1];
            _reasons[at] = _reasons[at - 1];
        }

        _indexes[at] = index;
        _reasons[at] = reason;
    }

    /// <summary>Adds another partition's outcome for the same frame.</summary>
    public void Merge(in FrameOutcome other)
    {
        Accepted += other.Accepted;
        Refused += other.Refused;
        TimeRange += other.TimeRange;
        Future += other.Future;
        KeyLimit += other.KeyLimit;
        Late += other.Late;
        for (int i = 0; i < other.RefusalCount; i++)
        {
            AddRefusal(other._indexes[i], other._reasons[i]);
        }
    }
}
