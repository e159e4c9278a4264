namespace FastStream.Engine.Partitions;

/// <summary>
/// The fates of the records a view was offered: each has exactly one. Part of state: in snapshot and digest.
/// Written by the partition's thread; sums over partitions are the view's.
/// </summary>
internal sealed class ViewCounters
{
    /// <summary>Records offered since the view was added: the left side of the ledger's equation.</summary>
    public long Prepared { get; set; }

    /// <summary>Records aggregated.</summary>
    public long Applied { get; set; }

    /// <summary>Records that did not meet the filter, or belong to windows before the view's first.</summary>
    public long Filtered { get; set; }

    /// <summary>Records late by their own source's progress.</summary>
    public long Late { get; set; }

    /// <summary>Records for closed windows, of a source that had been set aside.</summary>
    public long LateAfterIdle { get; set; }

    /// <summary>Records for closed windows, of a source that came when they were closed already.</summary>
    public long LateOnJoin { get; set; }

    /// <summary>Records that found no room for their key or window.</summary>
    public long OverLimit { get; set; }

    /// <summary>Records times the windows each went into; equals Applied for tumbling windows.</summary>
    public long WindowContributions { get; set; }

    /// <summary>True when the fates add up to the records offered.</summary>
    public bool Balanced => Prepared == Applied + Filtered + Late + LateAfterIdle + LateOnJoin + OverLimit;

    /// <summary>Adds another partition's share.</summary>
    public void Merge(ViewCounters other)
    {
        Prepared += other.Prepared;
        Applied += other.Applied;
        Filtered += other.Filtered;
        Late += other.Late;
        LateAfterIdle += other.LateAfterIdle;
        LateOnJoin += other.LateOnJoin;
        OverLimit += other.OverLimit;
        WindowContributions += other.WindowContributions;
    }
}
