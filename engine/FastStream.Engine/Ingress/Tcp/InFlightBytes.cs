namespace FastStream.Engine.Ingress.Tcp;

/// <summary>
/// Bytes of one session's frames inside the engine. The pump adds and waits; sequencer and delivery take off.
/// </summary>
/// <remarks>
/// Protocol: the pump writes <c>_wakeAt</c> and then reads the count; whoever takes off changes the count (interlocked)
/// and then reads <c>_wakeAt</c>. Both are full fences, so one of the two sees the other and no wake-up is lost.
/// Waking at half the bound instead of just below it saves a wake-up a frame.
/// </remarks>
internal sealed class InFlightBytes(int limitBytes, SignalGate gate)
{
    private const long Nobody = -1;

    private long _bytes;           // by Interlocked
    private long _wakeAt = Nobody; // writer: the pump

    /// <summary>Bytes now.</summary>
    public long Bytes => Volatile.Read(ref _bytes); // partner: the interlocked adds below

    /// <summary>Pump: whether a frame of so many bytes may go in now. One frame alone always may.</summary>
    public bool HasRoom(int frameBytes) => Bytes is var bytes && (bytes == 0 || bytes + frameBytes <= limitBytes);

    /// <summary>Pump: a frame goes in.</summary>
    public void Add(int frameBytes) => Interlocked.Add(ref _bytes, frameBytes); // partner: Release

    /// <summary>Any thread: a frame has come out.</summary>
    public void Release(int frameBytes)
    {
        long bytes = Interlocked.Add(ref _bytes, -frameBytes); // partner: IsAbove
        if (bytes <= Volatile.Read(ref _wakeAt))
        {
            gate.Signal();
        }
    }

    /// <summary>Pump: announces where it wants to be woken; true when it must wait at the gate.</summary>
    public bool IsAbove(long wakeAt)
    {
        Interlocked.Exchange(ref _wakeAt, wakeAt); // partner: Release
        if (Bytes > wakeAt)
        {
            return true;
        }

        _wakeAt = Nobody;
        return false;
    }

    /// <summary>Where a pump that waits for room wants to be woken.</summary>
    public long WakeAtFor(int frameBytes) => Math.Max(0, Math.Min(limitBytes / 2, limitBytes - frameBytes));
}
