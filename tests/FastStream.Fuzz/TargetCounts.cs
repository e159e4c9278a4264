namespace FastStream.Fuzz;

/// <summary>What became of the cases of one target. Each thread has its own; the report adds them up.</summary>
internal sealed class TargetCounts
{
    public long Cases { get; set; }

    public long Taken { get; set; }

    public long Faults { get; set; }

    /// <summary>Processor time, input making included.</summary>
    public long BusyNs { get; set; }

    public long SlowestNs { get; set; }

    public long SlowestCase { get; set; }

    public void Add(TargetCounts other)
    {
        Cases += other.Cases;
        Taken += other.Taken;
        Faults += other.Faults;
        BusyNs += other.BusyNs;
        if (other.SlowestNs > SlowestNs)
        {
            (SlowestNs, SlowestCase) = (other.SlowestNs, other.SlowestCase);
        }
    }
}
