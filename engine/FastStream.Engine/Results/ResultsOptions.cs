using FastStream.Engine.Partitions;

namespace FastStream.Engine.Results;

/// <summary>How results are kept.</summary>
public sealed record ResultsOptions
{
    /// <summary>How many closed windows are kept in the results log; all by default.</summary>
    public RetentionPolicy Retention { get; init; } = RetentionPolicy.KeepAll;

    /// <summary>
    /// Slices of closed windows that may wait for each partition before its closes are held back; 64 by default, as
    /// many as a partition has, so that a query finds every emitted row here. A slice holds some hundred rows.
    /// </summary>
    public int MaxWaitingSlices { get; init; } = SliceLane.Capacity;

    /// <summary>Faults in one line each; empty when the options can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> faults = [.. Retention.Validate("Results.Retention")];
        if (MaxWaitingSlices is < 1 or > 65_536)
        {
            faults.Add($"Results.MaxWaitingSlices {MaxWaitingSlices} is outside 1..65536");
        }

        return faults;
    }
}
