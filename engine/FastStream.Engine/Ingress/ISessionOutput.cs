using FastStream.Protocol;

namespace FastStream.Engine.Ingress;

/// <summary>
/// Where a session's answers go: a connection's outbox or an appender in this process. Called by the sequencer
/// (refusals) and by delivery (acks), on their threads; implementations return at once and never throw.
/// </summary>
internal interface ISessionOutput
{
    /// <summary>Frames of a range of sequences have reached the session's ack level.</summary>
    void Ack(in FrameAck ack);

    /// <summary>All partitions have applied a frame of the session, whatever its ack level.</summary>
    void Applied(ulong sequence);

    /// <summary>A frame was refused, for now or for good.</summary>
    void Refuse(in FrameRefusal refusal);

    /// <summary>The engine has passed a frame: so many bytes in flight are free again.</summary>
    void Released(int bytes);

    /// <summary>The session has lost its producer (fenced, engine stopped): nothing more will be taken.</summary>
    void Close(ErrorCode code, string reason);
}
