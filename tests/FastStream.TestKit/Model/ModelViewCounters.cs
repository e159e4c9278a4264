namespace FastStream.TestKit.Model;

/// <summary>The fates of prepared records in one view; they add up to what the stream prepared for it.</summary>
internal sealed record ModelViewCounters
{
    /// <summary>In a window.</summary>
    public long Applied { get; set; }

    /// <summary>The view's filter said no.</summary>
    public long Filtered { get; set; }

    /// <summary>Behind its own source's progress.</summary>
    public long Late { get; set; }

    /// <summary>For a closed window, from a source that had been set aside.</summary>
    public long LateAfterIdle { get; set; }

    /// <summary>For a closed window, from a source that came when it was closed.</summary>
    public long LateOnJoin { get; set; }

    /// <summary>The view had no room for another key.</summary>
    public long OverLimit { get; set; }

    /// <summary>Records the stream prepared since the view was added.</summary>
    public long Prepared { get; set; }

    /// <summary>prepared = applied + filtered + late of every kind + over limit.</summary>
    public bool Balanced => Prepared == Applied + Filtered + Late + LateAfterIdle + LateOnJoin + OverLimit;
}
