using FastStream.Engine.Monitoring;
using FastStream.Protocol;

namespace FastStream.Cli.Generation;

/// <summary>What became of a load.</summary>
/// <param name="Elapsed">From the first connection to the last answer.</param>
/// <param name="LatencyNs">From a frame's sending, or the moment it was due, to its ack.</param>
/// <param name="AckedFrames">Acked and new.</param>
/// <param name="DuplicateFrames">Acked and known before.</param>
/// <param name="RefusedFrames">Refused for good.</param>
/// <param name="FirstRefusal">Why the first of them was, or null.</param>
/// <param name="Epoch">The epoch that the server gave or took.</param>
/// <param name="SessionCount">Connections that it took.</param>
/// <param name="EncodedAheadCount">Frames encoded before the clock started.</param>
/// <param name="AckLevel">The ack level that the server granted, which may be below the one asked for.</param>
/// <param name="Congestion">The socket's congestion control.</param>
internal sealed record LoadOutcome(
    TimeSpan Elapsed,
    LatencyHistogram LatencyNs,
    long AckedFrames,
    long DuplicateFrames,
    long RefusedFrames,
    CommandFailure? FirstRefusal,
    ulong Epoch,
    int SessionCount,
    int EncodedAheadCount,
    AckLevel AckLevel,
    string Congestion);
