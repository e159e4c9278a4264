using System.Threading.Tasks.Sources;
using FastStream.Engine.Ingress.Tcp.Polling;

namespace FastStream.Engine.Ingress.Tcp;

/// <summary>
/// Where one asynchronous loop (the owner) rests until any thread signals. Reused: waiting and signalling allocate
/// nothing of their own.
/// </summary>
/// <remarks>
/// Owner: the loop that waits; at most one wait at a time. A signal without a waiter is kept, one deep, and ends the
/// next wait at once; so the owner looks for its work after every wait, and no wake-up is lost.
/// Protocol: <c>_state</c> goes Idle -> Waiting (owner) -> Idle (signaller, which completes the wait), or
/// Idle -> Signalled (signaller) -> Idle (owner, without waiting), each by compare-and-swap (a full fence on both
/// sides: what was written before the signal is seen after the wait).
/// </remarks>
internal sealed class SignalGate : IValueTaskSource
{
    private const int Idle = 0;
    private const int Waiting = 1;
    private const int Signalled = 2;

    private readonly BusyPoller? _poller;
    private readonly Action? _wake;
    private ManualResetValueTaskSourceCore<bool> _source;
    private int _state;

    /// <param name="poller">Runs the owner after a signal; null for the thread pool.</param>
    public SignalGate(BusyPoller? poller = null)
    {
        _poller = poller;
        _wake = poller is null ? null : () => _source.SetResult(true);
        _source.RunContinuationsAsynchronously = poller is null;
    }

    /// <summary>Owner: completes at the next signal, or at once for one that came before.</summary>
    public ValueTask WaitAsync()
    {
        _source.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, Idle) == Idle) // partner: Signal
        {
            return new ValueTask(this, _source.Version);
        }

        Interlocked.Exchange(ref _state, Idle); // it was Signalled: only the owner takes that back
        return ValueTask.CompletedTask;
    }

    /// <summary>Any thread: ends the wait, or the next one.</summary>
    public void Signal()
    {
        Interlocked.MemoryBarrier(); // the caller's writes come before the look at the state; partner: WaitAsync
        if (Volatile.Read(ref _state) == Signalled)
        {
            return;
        }

        if (Interlocked.CompareExchange(ref _state, Signalled, Idle) == Waiting
            && Interlocked.CompareExchange(ref _state, Idle, Waiting) == Waiting)
        {
            Wake();
        }
    }

    // Never inline: the signaller may hold a lock, or a loop that the owner waits for.
    private void Wake()
    {
        if (_wake is Action wake)
        {
            _poller!.Post(wake);
        }
        else
        {
            _source.SetResult(true);
        }
    }

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
