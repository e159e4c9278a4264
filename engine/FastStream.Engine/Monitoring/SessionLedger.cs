using System.Globalization;

namespace FastStream.Engine.Monitoring;

/// <summary>
/// The fates of the frames that arrived since the process started: received = journaled + duplicate + refused +
/// malformed. Only frames that consume a sequence number count.
/// </summary>
public sealed record SessionLedger
{
    /// <summary>Frames that arrived.</summary>
    public required long Received { get; init; }

    /// <summary>Frames appended to the journal, tombstones among them.</summary>
    public required long Journaled { get; init; }

    /// <summary>Frames that had been journaled before.</summary>
    public required long Duplicate { get; init; }

    /// <summary>Frames refused with a reason that may pass: out of sequence, disk full, busy.</summary>
    public required long Refused { get; init; }

    /// <summary>Frames that could not be read.</summary>
    public required long Malformed { get; init; }

    /// <summary>Whether the equation holds.</summary>
    public bool Balanced => Received == Journaled + Duplicate + Refused + Malformed;

    /// <summary>The equation with its numbers.</summary>
    public string Equation => string.Create(
        CultureInfo.InvariantCulture,
        $"received {Received:N0} = journaled {Journaled:N0} + duplicate {Duplicate:N0} + refused {Refused:N0}"
        + $" + malformed {Malformed:N0}");
}
