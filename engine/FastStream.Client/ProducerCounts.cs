using FastStream.Protocol.Messages;

namespace FastStream.Client;

/// <summary>What a producer has done so far.</summary>
public readonly record struct ProducerCounts
{
    /// <summary>Records of acked frames by outcome.</summary>
    public AckCounts Records { get; init; }

    /// <summary>Frames sent for the first time.</summary>
    public long FramesSent { get; init; }

    /// <summary>Frames sent again after a break or a transient refusal.</summary>
    public long FramesResent { get; init; }

    /// <summary>Frames settled by an ack.</summary>
    public long FramesAcked { get; init; }

    /// <summary>Frames refused for good.</summary>
    public long FramesRefused { get; init; }

    /// <summary>Transient refusals, each answered by sending again.</summary>
    public long TransientRefusals { get; init; }

    /// <summary>Bytes of frames given to the socket.</summary>
    public long BytesSent { get; init; }

    /// <summary>Connections opened after the first.</summary>
    public long Reconnects { get; init; }
}
