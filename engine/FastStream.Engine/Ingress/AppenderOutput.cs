using FastStream.Engine.Memory;
using FastStream.Protocol;

namespace FastStream.Engine.Ingress;

/// <summary>
/// Where the answers to an appender go: sequences applied and durable, bytes free again, and the refusal that ended it.
/// </summary>
/// <remarks>Written by sequencer and delivery, read by the appender's thread, which rests on the parker.</remarks>
internal sealed class AppenderOutput : ISessionOutput
{
    private readonly Parker _parker = new();
    private readonly int _limitBytes;
    private PaddedLong _inFlightBytes; // by Interlocked: the appender adds, delivery subtracts
    private IngestionException? _fault;

    public AppenderOutput(int limitBytes) => _limitBytes = limitBytes;

    public SequenceWaiters AppliedWaiters { get; } = new();

    public SequenceWaiters DurableWaiters { get; } = new();

    /// <summary>Why nothing more is taken; null while all is well.</summary>
    public IngestionException? Fault => Volatile.Read(ref _fault); // partner: Fail

    /// <summary>Appender: claims bytes in flight; false when as many are as may be.</summary>
    public bool TryClaim(int bytes)
    {
        if (!HasRoom(bytes))
        {
            return false;
        }

        Interlocked.Add(ref _inFlightBytes.Value, bytes); // partner: Released
        return true;
    }

    /// <summary>Appender: whether as many bytes may be claimed now.</summary>
    public bool HasRoom(int bytes) =>
        Volatile.Read(ref _inFlightBytes.Value) + bytes <= _limitBytes; // partner: Released

    /// <summary>Appender: rests until something was released, or a little while.</summary>
    public void Rest(Func<bool> ready) => _parker.WaitUntil(ready, timeoutMs: 100);

    /// <inheritdoc/>
    public void Ack(in FrameAck ack) => DurableWaiters.Reach(ack.Last);

    /// <inheritdoc/>
    public void Applied(ulong sequence) => AppliedWaiters.Reach(sequence);

    /// <inheritdoc/>
    public void Refuse(in FrameRefusal refusal) => Fail(new IngestionException(refusal.Code, refusal.Text));

    /// <inheritdoc/>
    public void Released(int bytes)
    {
        Interlocked.Add(ref _inFlightBytes.Value, -bytes); // partner: TryClaim
        _parker.SignalFenced();
    }

    /// <inheritdoc/>
    public void Close(ErrorCode code, string reason) => Fail(new IngestionException(code, reason));

    /// <summary>Ends the appender; the first reason stays.</summary>
    public void Fail(IngestionException fault)
    {
        Interlocked.CompareExchange(ref _fault, fault, null); // partner: Fault
        AppliedWaiters.Fail(fault);
        DurableWaiters.Fail(fault);
        _parker.Signal();
    }
}
