namespace FastStream.TestKit.Journal;

/// <summary>What goes wrong in a <see cref="SimulatedLog"/>, and when. Counts are from 1; 0 is never.</summary>
internal sealed class SimulatedFaults
{
    /// <summary>The n-th append is answered Full once.</summary>
    internal int FullAtAppend { get; set; }

    /// <summary>The n-th append fails as a write would: the log stops.</summary>
    internal int FailAtAppend { get; set; }

    /// <summary>The n-th flush fails: the log stops and nothing it covered is durable.</summary>
    internal int FailAtFlush { get; set; }

    /// <summary>What is written while the log is closed fails.</summary>
    internal bool FailsAtClose { get; set; }

    /// <summary>While set, appends are answered DiskFull.</summary>
    internal bool DiskIsFull { get; set; }

    /// <summary>The disk becomes full with the n-th append from now on.</summary>
    internal int AppendsUntilDiskIsFull { get; set; }

    /// <summary>While set, appends are answered Full, as when the disk does not keep up.</summary>
    internal bool IsFull { get; set; }
}
