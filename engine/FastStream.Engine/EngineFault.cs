namespace FastStream.Engine;

/// <summary>
/// The first fault that any thread of the engine has met. Once it is set every loop ends at its next turn, every wait
/// ends, and nothing is acked any more.
/// </summary>
/// <remarks>Set by any thread, once; whoever sets it wakes the parkers afterwards. Read by all with acquire.</remarks>
internal sealed class EngineFault
{
    private Exception? _reason;

    public Exception? Reason => Volatile.Read(ref _reason); // partner: the exchange in TrySet

    public bool IsSet => Reason is not null;

    /// <summary>False when there was a fault before; that one stays.</summary>
    public bool TrySet(Exception reason) =>
        Interlocked.CompareExchange(ref _reason, reason, null) is null; // partner: the read in Reason

    /// <summary>Ends the caller's work when there is a fault.</summary>
    public void ThrowIfSet()
    {
        if (Reason is Exception reason)
        {
            throw new InvalidOperationException($"The engine has stopped: {reason.Message}", reason);
        }
    }
}
