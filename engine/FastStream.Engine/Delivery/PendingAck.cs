using FastStream.Engine.Ingress;

namespace FastStream.Engine.Delivery;

/// <summary>An ack that waits for its frame to be written or durable.</summary>
internal struct PendingAck
{
    public Session Session;

    /// <summary>Journal address after its frame.</summary>
    public long EndAddress;

    public FrameAck Ack;
}
