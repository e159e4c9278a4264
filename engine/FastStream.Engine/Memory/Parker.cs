using System.Diagnostics.CodeAnalysis;

namespace FastStream.Engine.Memory;

/// <summary>
/// Where one thread (the owner) rests when it finds no work: it spins briefly, then parks. Any thread may signal;
/// a signal while nobody is parked costs one fence and one read.
/// </summary>
/// <remarks>
/// Owner: the thread that waits. Invariant: <c>_announced</c> is 1 exactly while the owner may go to sleep without
/// looking at its work again.
/// Protocol, and why no wake-up is lost (Dekker's pattern):
/// 1. The owner announces itself (exchange: a full fence), and then looks for work once more.
/// 2. A signaller makes its work visible, runs a full fence, and then reads <c>_announced</c>.
/// Of these two "write, fence, read" at least one read sees the other side's write: either the owner finds the work
/// or the signaller finds the announcement, takes it back and posts a permit.
/// 3. A permit is consumed by the next park. One left over (the owner had found its work meanwhile) makes that park
/// return at once; every caller looks for work again after a park, so a needless return is harmless.
/// Where no threads run the loops, a parker of another kind steps the others instead of sleeping.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "lives as long as its thread; the handle is finalised")]
internal class Parker
{
    /// <summary>
    /// Turns of growing pauses before parking: about 20 us. On one core spinning only delays the other.
    /// </summary>
    internal const int DefaultSpinCount = 40;

    // At most one permit. Not a monitor with a pulse: who is woken by that must take back the lock which the signaller
    // still holds, and so waits a second time.
    private readonly AutoResetEvent _permit = new(initialState: false);
    private readonly int _spinCount;
    private PaddedLong _announced; // writers: owner (0 to 1), whoever takes it back (1 to 0), by exchange

    internal Parker(int spinCount = DefaultSpinCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(spinCount);
        _spinCount = Environment.ProcessorCount == 1 ? 0 : spinCount;
    }

    /// <summary>For tests and gauges: whether the owner has announced that it may be sleeping.</summary>
    internal bool IsParked => Volatile.Read(ref _announced.Value) != 0; // partner: the exchanges below

    /// <summary>
    /// Owner only. Returns true as soon as <paramref name="ready"/> says so, false after the time-out (-1: never).
    /// The delegate should be cached by the caller; it must read with acquire semantics.
    /// </summary>
    internal virtual bool WaitUntil(Func<bool> ready, int timeoutMs = Timeout.Infinite)
    {
        for (int spin = 0; spin < _spinCount; spin++)
        {
            if (ready())
            {
                return true;
            }

            Thread.SpinWait(spin < 10 ? 10 : 40);
        }

        long deadline = timeoutMs < 0 ? long.MaxValue : Environment.TickCount64 + timeoutMs;
        while (true)
        {
            Announce();
            if (ready())
            {
                Cancel();
                return true;
            }

            long leftMs = timeoutMs < 0 ? Timeout.Infinite : deadline - Environment.TickCount64;
            if (timeoutMs >= 0 && leftMs <= 0)
            {
                Cancel();
                return false;
            }

            Park((int)leftMs);
        }
    }

    /// <summary>Owner only: step 1. The owner must look for work after this and then Park or Cancel.</summary>
    internal void Announce() => Interlocked.Exchange(ref _announced.Value, 1); // partner: the read in Signal

    /// <summary>Owner only: takes the announcement back, because work was found.</summary>
    internal void Cancel() => Interlocked.Exchange(ref _announced.Value, 0); // partner: the exchange in Wake

    /// <summary>Owner only, after Announce: sleeps until a signal or the time-out. True if it was signalled.</summary>
    internal bool Park(int timeoutMs)
    {
        bool signalled = _permit.WaitOne(timeoutMs);
        Cancel();
        return signalled;
    }

    /// <summary>Any thread, after it has made its work visible: wakes the owner if it is parked or about to.</summary>
    internal void Signal()
    {
        Interlocked.MemoryBarrier(); // partner: the exchange in Announce
        if (Volatile.Read(ref _announced.Value) != 0) // partner: the exchange in Announce
        {
            Wake();
        }
    }

    private void Wake()
    {
        if (Interlocked.Exchange(ref _announced.Value, 0) != 0) // partner: Cancel, or another signaller
        {
            _permit.Set();
        }
    }
}
