using System.Diagnostics;
using FastStream.Engine.Monitoring;

namespace FastStream.Cli.Generation;

/// <summary>
/// Which frames of a load are under way. Shared by the sending and the receiving thread, a lock for each frame (a frame
/// holds thousands of records). Every frame from the first to the last is answered exactly once, by an ack or a
/// refusal.
/// </summary>
internal sealed class FlightWindow : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _changed = new();
    private readonly long[] _sentAt;
    private readonly bool[] _answered;
    private readonly long _end;
    private Exception? _fault;

    /// <param name="first">First sequence.</param>
    /// <param name="count">Frames in all.</param>
    /// <param name="capacity">Frames under way at most.</param>
    public FlightWindow(long first, long count, int capacity)
    {
        LowestUnanswered = first;
        Next = first;
        _end = first + count;
        _sentAt = new long[capacity];
        _answered = new bool[capacity];
    }

    /// <summary>All below have been answered.</summary>
    public long LowestUnanswered { get; private set; }

    /// <summary>The next one to send.</summary>
    public long Next { get; private set; }

    public LatencyHistogram LatencyNs { get; } = new();

    public bool IsDone
    {
        get
        {
            lock (_gate)
            {
                return LowestUnanswered == _end;
            }
        }
    }

    /// <summary>A new session: what was sent and not answered is sent again.</summary>
    public void Restart()
    {
        lock (_gate)
        {
            Next = LowestUnanswered;
            Array.Clear(_answered);
            _fault = null;
        }
    }

    /// <summary>
    /// Waits for room, then takes the next sequence; 0 when all frames have been sent. <paramref name="wakeAfter"/>
    /// without room gives -1, so that the caller can keep the session alive.
    /// </summary>
    public long Take(TimeSpan wakeAfter, CancellationToken stop)
    {
        while (true)
        {
            lock (_gate)
            {
                ThrowIfFaulted();
                if (Next == _end)
                {
                    return 0;
                }

                if (Next - LowestUnanswered < _sentAt.Length)
                {
                    return Next++;
                }

                _changed.Reset();
            }

            if (!_changed.Wait(wakeAfter, stop))
            {
                return -1;
            }
        }
    }

    /// <summary>The moment from which the frame's ack latency counts.</summary>
    public void Sent(long sequence, long timestamp)
    {
        lock (_gate)
        {
            _sentAt[sequence % _sentAt.Length] = timestamp;
        }
    }

    /// <summary>False when it was not under way: a duplicate answer, or one for a frame never sent.</summary>
    public bool TryAnswer(long sequence, bool acked)
    {
        lock (_gate)
        {
            long slot = sequence % _sentAt.Length;
            if (sequence < LowestUnanswered || sequence >= Next || _answered[slot])
            {
                return false;
            }

            if (acked)
            {
                LatencyNs.Record((long)Stopwatch.GetElapsedTime(_sentAt[slot]).TotalNanoseconds);
            }

            _answered[slot] = true;
            while (LowestUnanswered < Next && _answered[LowestUnanswered % _sentAt.Length])
            {
                _answered[LowestUnanswered % _sentAt.Length] = false;
                LowestUnanswered++;
            }

            _changed.Set();
            return true;
        }
    }

    /// <summary>Waits until every sent frame has been answered; false after <paramref name="wakeAfter"/>.</summary>
    public bool WaitForAnswers(TimeSpan wakeAfter, CancellationToken stop)
    {
        while (true)
        {
            lock (_gate)
            {
                if (LowestUnanswered == _end)
                {
                    return true;
                }

                ThrowIfFaulted();
                _changed.Reset();
            }

            if (!_changed.Wait(wakeAfter, stop))
            {
                return false;
            }
        }
    }

    /// <summary>The session broke: whoever waits is told.</summary>
    public void Fail(Exception fault)
    {
        lock (_gate)
        {
            _fault ??= fault;
            _changed.Set();
        }
    }

    public void Dispose()
    {
        _changed.Dispose();
    }

    private void ThrowIfFaulted()
    {
        if (_fault is not null)
        {
            throw _fault;
        }
    }
}
