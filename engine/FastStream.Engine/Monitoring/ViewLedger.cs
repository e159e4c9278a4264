using System.Globalization;

namespace FastStream.Engine.Monitoring;

/// <summary>
/// The fates of a stream's prepared records in one view: prepared = applied + filtered + late (of three kinds) + over
/// limit. Part of the state, as <see cref="StreamLedger"/>.
/// </summary>
public sealed record ViewLedger
{
    /// <summary>The stream.</summary>
    public required string Stream { get; init; }

    /// <summary>The view.</summary>
    public required string View { get; init; }

    /// <summary>Prepared records since the view began.</summary>
    public required long Prepared { get; init; }

    /// <summary>Records that reached their windows.</summary>
    public required long Applied { get; init; }

    /// <summary>Records the view's filter left out.</summary>
    public required long Filtered { get; init; }

    /// <summary>Records that came after their own source had passed the window's end and lateness.</summary>
    public required long Late { get; init; }

    /// <summary>Records of a source set aside for silence, for windows closed meanwhile.</summary>
    public required long LateAfterIdle { get; init; }

    /// <summary>Records of a newcomer, for windows closed before it joined.</summary>
    public required long LateOnJoin { get; init; }

    /// <summary>Records that would have needed a cell or a window beyond the view's limits.</summary>
    public required long OverLimit { get; init; }

    /// <summary>Windows that applied records reached, each counted; equal to applied for tumbling windows.</summary>
    public required long WindowContributions { get; init; }

    /// <summary>Whether the equation holds.</summary>
    public bool Balanced => Prepared == Applied + Filtered + Late + LateAfterIdle + LateOnJoin + OverLimit;

    /// <summary>The equation with its numbers.</summary>
    public string Equation => string.Create(
        CultureInfo.InvariantCulture,
        $"prepared {Prepared:N0} = applied {Applied:N0} + filtered {Filtered:N0} + late {Late:N0}"
        + $" + late after idle {LateAfterIdle:N0} + late on join {LateOnJoin:N0} + over limit {OverLimit:N0}");
}
