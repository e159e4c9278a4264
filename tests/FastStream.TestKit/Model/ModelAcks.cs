namespace FastStream.TestKit.Model;

/// <summary>
/// The state machine of acks: an ack waits until its session's level has reached the address of its entry. Levels
/// nest, so an ack at a higher level is never sent before it could be sent at a lower one.
/// </summary>
internal sealed class ModelAcks
{
    private readonly List<(long Address, ModelAck Ack)> _waiting = [];
    private readonly List<ModelAck> _sent = [];

    /// <summary>Acks in the order they were sent.</summary>
    public IReadOnlyList<ModelAck> Sent => _sent;

    /// <summary>A frame was journaled at (or, for a duplicate, stands at) the address.</summary>
    public void Owe(long address, ModelAck ack)
    {
        if (ack.Session.Level != ModelAckLevel.None)
        {
            _waiting.Add((address, ack));
        }
    }

    /// <summary>Sends what has reached its level.</summary>
    public void Send(long appliedThrough, long writtenThrough, long durableThrough)
    {
        foreach ((long address, ModelAck ack) in _waiting.ToList())
        {
            long reached = ack.Session.Level switch
            {
                ModelAckLevel.Applied => appliedThrough,
                ModelAckLevel.Written => Math.Min(appliedThrough, writtenThrough),
                _ => Math.Min(appliedThrough, durableThrough),
            };
            if (address <= reached)
            {
                _sent.Add(ack);
                _waiting.Remove((address, ack));
            }
        }
    }

    /// <summary>A crash: what was owed is never sent.</summary>
    public void Forget() => _waiting.Clear();
}
