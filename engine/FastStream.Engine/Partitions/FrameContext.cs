namespace FastStream.Engine.Partitions;

/// <summary>
/// What a journaled frame brings besides its records. Everything here follows from the journal before and at the
/// frame's address, so that applying the frame again gives the same state.
/// </summary>
internal readonly unsafe struct FrameContext
{
    /// <summary>The frame's journal address.</summary>
    public long Address { get; init; }

    /// <summary>Journaled arrival time, nanoseconds since the Unix epoch.</summary>
    public long ArrivalNs { get; init; }

    /// <summary>A record with an event time above this is refused as future.</summary>
    public long FutureLimitNs { get; init; }

    /// <summary>The source's progress before the frame; long.MinValue when it has none.</summary>
    public long ProgressBefore { get; init; }

    /// <summary>
    /// For each record of the whole frame: the source's progress before it, future records left out. Null when no
    /// record can be late by its own source, whatever the view.
    /// </summary>
    public long* PrefixProgress { get; init; }

    /// <summary>The stream's watermark before the frame; long.MinValue when it has none.</summary>
    public long WatermarkBefore { get; init; }

    /// <summary>True when the source was set aside since it joined: names the kind of lateness.</summary>
    public bool SourceWasSetAside { get; init; }
}
