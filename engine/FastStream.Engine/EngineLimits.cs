namespace FastStream.Engine;

/// <summary>Bounds on what producers may make the engine keep. Each refuses by name when it is reached.</summary>
public sealed record EngineLimits
{
    /// <summary>
    /// Most streams; default 1,024. Reaching it refuses a hello that would create one more (<c>TOO_MANY_STREAMS</c>).
    /// </summary>
    public int MaxStreams { get; init; } = 1_024;

    /// <summary>
    /// Most producers over all streams; default 100,000 (about 5 KB each). Then <c>TOO_MANY_PRODUCERS</c>.
    /// </summary>
    public int MaxProducers { get; init; } = 100_000;

    /// <summary>
    /// Most names of a text stream; default 1,000,000. Records of further names are counted as key_limit.
    /// </summary>
    public int MaxKeysPerStream { get; init; } = 1_000_000;

    /// <summary>
    /// Most cells (window and key) in the open windows of one view, about 72 bytes each; default 8,000,000. Records
    /// that would need one more are counted as over_limit.
    /// </summary>
    public int MaxKeysPerView { get; init; } = 8_000_000;

    /// <summary>
    /// Most open windows of one view; default 100,000. Records for further ones are counted as over_limit.
    /// </summary>
    public int MaxOpenWindowsPerView { get; init; } = 100_000;

    /// <summary>
    /// Most dictionary ids of one producer, 8 bytes each; default 2,000,000. A dictionary frame beyond it is refused
    /// for good (<c>KEY_LIMIT</c>).
    /// </summary>
    public int MaxDictionaryIdsPerProducer { get; init; } = 2_000_000;

    /// <summary>
    /// Most column layouts of one stream, over all sessions; default 1,024. A schema that would need one more is
    /// refused (<c>SCHEMA_CONFLICT</c>).
    /// </summary>
    public int MaxLayoutsPerStream { get; init; } = 1_024;

    /// <summary>Largest frame in bytes; default 1 MiB, at most 16 MiB and a quarter of a journal page.</summary>
    public int MaxFrameBytes { get; init; } = 1 << 20;

    /// <summary>Bytes of frames inside the engine, not yet applied, over all sessions; default 256 MiB.</summary>
    public long MaxInFlightBytes { get; init; } = 256L << 20;

    /// <summary>
    /// The same for one session; default 4 MiB. A session beyond it is not read from until it drains.
    /// </summary>
    public int MaxInFlightBytesPerSession { get; init; } = 4 << 20;

    /// <summary>
    /// Memory that the frames of one session may take with what decoding them adds (decompressed bytes, columns that
    /// travel in fewer bytes than they have); default 0: four times <see cref="MaxInFlightBytesPerSession"/>. A session
    /// beyond it is not read from until it drains; a frame that alone needs more, or more than
    /// <see cref="MaxInFlightBytes"/> leaves room for, is refused for good (<c>FRAME_TOO_LARGE</c>).
    /// </summary>
    public long MaxDecodedBytesPerSession { get; init; }

    /// <summary><see cref="MaxDecodedBytesPerSession"/> as it holds.</summary>
    internal long DecodedBytesPerSession =>
        MaxDecodedBytesPerSession == 0 ? 4L * MaxInFlightBytesPerSession : MaxDecodedBytesPerSession;

    internal IEnumerable<string> FindFaults()
    {
        if (MaxStreams is < 1 or > 65_536)
        {
            yield return $"{nameof(MaxStreams)} {MaxStreams} is outside 1..65,536";
        }

        if (MaxProducers is < 1 or > 10_000_000)
        {
            yield return $"{nameof(MaxProducers)} {MaxProducers} is outside 1..10,000,000";
        }

        if (MaxKeysPerStream is < 1 or > 100_000_000)
        {
            yield return $"{nameof(MaxKeysPerStream)} {MaxKeysPerStream} is outside 1..100,000,000";
        }

        if (MaxKeysPerView is < 1 or > 100_000_000)
        {
            yield return $"{nameof(MaxKeysPerView)} {MaxKeysPerView} is outside 1..100,000,000";
        }

        if (MaxOpenWindowsPerView is < 1 or > 10_000_000)
        {
            yield return $"{nameof(MaxOpenWindowsPerView)} {MaxOpenWindowsPerView} is outside 1..10,000,000";
        }

        if (MaxDictionaryIdsPerProducer is < 1 or > 100_000_000)
        {
            yield return $"{nameof(MaxDictionaryIdsPerProducer)} {MaxDictionaryIdsPerProducer} is outside "
                + "1..100,000,000";
        }

        if (MaxLayoutsPerStream is < 1 or > 65_536)
        {
            yield return $"{nameof(MaxLayoutsPerStream)} {MaxLayoutsPerStream} is outside 1..65,536";
        }

        if (MaxFrameBytes is < 4_096 or > 16 << 20)
        {
            yield return $"{nameof(MaxFrameBytes)} {MaxFrameBytes} is outside 4,096..{16 << 20}";
        }

        if (MaxInFlightBytesPerSession < MaxFrameBytes)
        {
            yield return $"{nameof(MaxInFlightBytesPerSession)} {MaxInFlightBytesPerSession} is below "
                + $"{nameof(MaxFrameBytes)} {MaxFrameBytes}: a session could never send its largest frame";
        }

        if (DecodedBytesPerSession < 4L * MaxFrameBytes || DecodedBytesPerSession < MaxInFlightBytesPerSession)
        {
            yield return $"{nameof(MaxDecodedBytesPerSession)} {MaxDecodedBytesPerSession} is below four frames of "
                + $"{MaxFrameBytes} or {nameof(MaxInFlightBytesPerSession)} {MaxInFlightBytesPerSession}";
        }

        if (MaxInFlightBytes < 4L * MaxFrameBytes)
        {
            yield return $"{nameof(MaxInFlightBytes)} {MaxInFlightBytes} is below four frames of {MaxFrameBytes}";
        }
    }
}
