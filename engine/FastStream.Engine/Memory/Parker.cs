using System.Diagnostics.CodeAnalysis;

namespace FastStream.Engine.Memory;

/// <summary>
/// Where one thread (the owner) rests when it finds no work: it spins briefly, then parks. Any thread may signal;
/// a signal while nobody is parked costs one fence and one read.
/// </summary>
/// <remarks>
/// Owner: the thread that waits. Invariant: <c>_state</c> is Waiting or Resting exactly while the owner may go to sleep
/// without looking at its work again, and Lent while another thread does the owner's work. Resting and not just Waiting
/// is an owner between two steps; one that waits in the midst of a step must not have another thread begin the next.
/// Protocol, and why no wake-up is lost (Dekker's pattern):
/// 1. The owner announces itself (exchange: a full fence), and then looks for work once more.
/// 2. A signaller makes its work visible, runs a full fence, and then reads <c>_state</c>.
/// Of these two "write, fence, read" at least one read sees the other side's write: either the owner finds the work
/// or the signaller finds the announcement, takes it back and posts a permit.
/// 3. A borrower takes the announcement too (Resting to Lent), and gives it back by an exchange and a look for work,
/// as in 1; a signaller who has seen Lent leaves its work to that look. The owner never runs while it is Lent.
/// 4. A permit is consumed by the next park. One left over (the owner had found its work meanwhile) makes that park
/// return at once; every caller looks for work again after a park, so a needless return is harmless.
/// Where no threads run the loops, a parker of another kind steps the others instead of sleeping.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "lives as long as its thread; the handle is finalised")]
internal class Parker
{
    /// <summary>
    /// Turns of growing pauses before parking: about 20 us. With one or two cores spinning only delays those who work.
    /// </summary>
    internal const int DefaultSpinCount = 40;

    private const int BorrowedLookMs = 1;
    private const long Awake = 0;
    private const long Resting = 1;
    private const long Lent = 2;
    private const long Waiting = 3;

    // At most one permit. Not a monitor with a pulse: who is woken by that must take back the lock which the signaller
    // still holds, and so waits a second time.
    private readonly AutoResetEvent _permit = new(initialState: false);
    private readonly int _spinCount;
    private PaddedLong _state; // writers: owner, signallers and borrower, by exchange and compare-and-swap

    internal Parker(int spinCount = DefaultSpinCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(spinCount);
        _spinCount = Environment.ProcessorCount <= 2 ? 0 : spinCount;
    }

    /// <summary>For tests and gauges: whether the owner has announced that it may be sleeping.</summary>
    internal bool IsParked => Volatile.Read(ref _state.Value) != Awake; // partner: the exchanges below

    /// <summary>Whether another thread does the owner's work now.</summary>
    internal bool IsLent => Volatile.Read(ref _state.Value) == Lent; // partners: TryBorrow, GiveBack

    /// <summary>
    /// Called by a borrower that must wait in the midst of the owner's work: what else it holds goes back.
    /// </summary>
    internal Action? BorrowerWaits { get; set; }

    /// <summary>
    /// Owner only. Returns true as soon as <paramref name="ready"/> says so, false after the time-out (-1: never).
    /// The delegate should be cached by the caller; it must read with acquire semantics. Only an owner between two
    /// steps may lend (<see cref="TryBorrow"/>).
    /// </summary>
    internal virtual bool WaitUntil(Func<bool> ready, int timeoutMs = Timeout.Infinite, bool mayLend = false)
    {
        if (IsLent) // then the caller is the borrower: the owner sleeps
        {
            return WaitAsBorrower(ready, timeoutMs);
        }

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
            Announce(mayLend);
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
    internal void Announce(bool mayLend = false) =>
        Interlocked.Exchange(ref _state.Value, mayLend ? Resting : Waiting); // partner: the read in Signal

    /// <summary>
    /// Owner only: takes the announcement back, because work was found; waits while a borrower has it.
    /// </summary>
    internal void Cancel()
    {
        long state = Volatile.Read(ref _state.Value);
        while (state == Lent || Interlocked.CompareExchange(ref _state.Value, Awake, state) == Lent)
        {
            _permit.WaitOne(BorrowedLookMs);
            state = Volatile.Read(ref _state.Value); // partners: GiveBack, Wake, TryBorrow
        }
    }

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
#if PLANTED_FAULTS
        if (PlantedFaults.Is(PlantedFault.SignalUnfenced))
        {
            SignalFenced();
            return;
        }
#endif
        Interlocked.MemoryBarrier(); // partner: the exchange in Announce
        SignalFenced();
    }

    /// <summary>The same where an interlocked operation, a full fence, has made the work visible.</summary>
    internal void SignalFenced()
    {
        long state = Volatile.Read(ref _state.Value); // partner: the exchange in Announce
        if (state is Resting or Waiting
            && Interlocked.CompareExchange(ref _state.Value, Awake, state) == state) // partners: Cancel, another one
        {
            _permit.Set();
        }
    }

    /// <summary>
    /// The same for something that the owner waits for in the midst of a step only: one that rests between two steps
    /// sleeps on.
    /// </summary>
    internal void SignalInStep()
    {
        Interlocked.MemoryBarrier(); // partner: the exchange in Announce
        if (Volatile.Read(ref _state.Value) == Waiting
            && Interlocked.CompareExchange(ref _state.Value, Awake, Waiting) == Waiting) // partners: as in Signal
        {
            _permit.Set();
        }
    }

    /// <summary>
    /// Any thread: takes the owner's place while it rests. The borrower does the owner's work and gives it back with
    /// <see cref="GiveBack"/>. After a refusal it must <see cref="Signal"/>: only that makes its work sure to be seen.
    /// </summary>
    internal bool TryBorrow() =>
        Volatile.Read(ref _state.Value) == Resting
        && Interlocked.CompareExchange(ref _state.Value, Lent, Resting) == Resting; // partners: Signal, Cancel

    /// <summary>Borrower: the owner rests again. Look for its work after this, and signal if there is any.</summary>
    /// <exception cref="InvalidOperationException">It was not lent: its owner may be at work.</exception>
    internal void GiveBack()
    {
#if PLANTED_FAULTS
        if (PlantedFaults.Is(PlantedFault.LoopGivenBackTwice))
        {
            Interlocked.Exchange(ref _state.Value, Resting);
            return;
        }
#endif
        if (Interlocked.CompareExchange(ref _state.Value, Resting, Lent) != Lent) // partner: the read in Signal
        {
            throw new InvalidOperationException("A loop was given back that nobody had borrowed.");
        }
    }

    private bool WaitAsBorrower(Func<bool> ready, int timeoutMs)
    {
        BorrowerWaits?.Invoke();
        return SpinWait.SpinUntil(ready, timeoutMs);
    }
}
