namespace FastStream.Protocol;

/// <summary>What a receiver takes. Checked from the header, before any memory is rented for the payload.</summary>
/// <param name="MaxFrameBytes">Largest whole frame, and largest raw payload of a compressed one.</param>
/// <param name="MaxRecordsPerFrame">Most records in a frame.</param>
public readonly record struct FrameLimits(int MaxFrameBytes, int MaxRecordsPerFrame)
{
    /// <summary>1 MiB and 65,536 records.</summary>
    public static FrameLimits Default => new(WireFormat.DefaultMaxFrameBytes, WireFormat.MaxRecordsPerFrame);
}
