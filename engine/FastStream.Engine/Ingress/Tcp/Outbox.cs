using System.Net.Sockets;
using FastStream.Engine.Ingress.Tcp.Polling;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Engine.Ingress.Tcp;

/// <summary>
/// Everything a connection still has to say. Any thread writes frames into a buffer; one loop sends what has come
/// together, so that many acks leave in one call.
/// </summary>
/// <remarks>
/// Writers hold <c>_guard</c> while they append to <c>_filling</c>; the loop swaps the two buffers under it and sends
/// outside. Acks in a row that meet here are joined. In steady state nothing is allocated, and a connection with
/// nothing to say holds no memory for it. After <see cref="Close"/> or a failed send, whatever else comes is dropped:
/// an answer that did not leave was never given.
/// </remarks>
internal sealed class Outbox : ISessionOutput
{
    private readonly Lock _guard = new();
    private readonly Socket _socket;
    private readonly FrameListenerOptions _options;
    private readonly UnsentBytes _all;
    private readonly InFlightBytes _inFlight;
    private readonly SignalGate _pump;
    private readonly SignalGate _work;
    private AnswerBuffer _filling;
    private AnswerBuffer _sending;
    private SocketWait? _full;      // the loop only: made when the kernel has no room for the first time
    private long _heldBytes;        // under _guard: capacity of both buffers as _all knows it
    private long _progressAt;       // under _guard: when some of what is being sent was last taken
    private long _answeredFrames;   // under _guard
    private FrameAck _waitingAck;   // under _guard: not written yet, so that the next one may join it
    private bool _hasWaitingAck;    // under _guard
    private bool _hasPongs;         // the pump only
    private long _ackFrames;        // under _guard: ack frames since they were last counted
    private long _aboveSince;       // under _guard: timestamp, while _isAbove
    private volatile bool _isAbove;  // written under _guard, read by the pump: more is unsent than may be
    private volatile bool _isClosed; // written under _guard, read by the pump: nothing more is taken
    private volatile bool _hasFailed; // written under _guard, read by the end: nothing more can be sent
    private TaskCompletionSource? _room; // under _guard: completes when there is room again

    public Outbox(
        Socket socket, FrameListenerOptions options, UnsentBytes all, InFlightBytes inFlight, SignalGate pump,
        BusyPoller? poller = null)
    {
        _filling = new AnswerBuffer(all.Pieces);
        _sending = new AnswerBuffer(all.Pieces);
        _work = new SignalGate(poller);
        _all = all;
        _socket = socket;
        _options = options;
        _inFlight = inFlight;
        _pump = pump;
    }

    /// <summary>Frames that were acked or refused.</summary>
    public long AnsweredFrames
    {
        get
        {
            lock (_guard)
            {
                return _answeredFrames;
            }
        }
    }

    /// <summary>Whether the connection is over: what comes in has no effect any more.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Whether so much is unsent that the connection should not be read from.</summary>
    public bool IsAbove => _isAbove && !_isClosed;

    /// <summary>Whether nothing can be sent any more.</summary>
    public bool HasFailed => _hasFailed;

    /// <summary>Ack frames since the last call, for the counter.</summary>
    public long TakeAckFrames()
    {
        if (Volatile.Read(ref _ackFrames) == 0)
        {
            return 0; // quiet: not worth the lock; the next look finds what comes just now
        }

        lock (_guard)
        {
            long count = _ackFrames;
            _ackFrames = 0;
            return count;
        }
    }

    /// <inheritdoc/>
    public void Ack(in FrameAck ack)
    {
        lock (_guard)
        {
            _answeredFrames += (long)(ack.Last - ack.First) + 1;
            if (!_isClosed && !TryJoin(ack))
            {
                WriteWaitingAck();
                _waitingAck = ack;
                _hasWaitingAck = true;
                if (ack.Refusals is not null)
                {
                    WriteWaitingAck(); // the list is the caller's
                }
            }
        }

        _work.Signal();
    }

    /// <inheritdoc/>
    public void Applied(ulong sequence)
    {
        // Nothing to say over a connection: an ack at the level asked for follows.
    }

    /// <inheritdoc/>
    public void Refuse(in FrameRefusal refusal)
    {
        lock (_guard)
        {
            _answeredFrames++;
            if (!_isClosed)
            {
                WriteWaitingAck();
                ServerFrameWriter.WriteError(
                    _filling, refusal.Code, closesSession: false, refusal.Sequence, refusal.Expected, refusal.Text);
                NoteWritten();
            }
        }

        _work.Signal();
    }

    /// <inheritdoc/>
    public void Released(int bytes) => _inFlight.Release(bytes);

    /// <inheritdoc/>
    public void Close(ErrorCode code, string reason)
    {
        lock (_guard)
        {
            if (!_isClosed)
            {
                WriteWaitingAck();
                ServerFrameWriter.WriteError(_filling, code, closesSession: true, 0, 0, reason);
                NoteWritten();
                _isClosed = true;
            }
        }

        _work.Signal();
        _pump.Signal();
    }

    /// <summary>Nothing more will come; the loop ends when all is sent.</summary>
    public void Complete()
    {
        lock (_guard)
        {
            _isClosed = true;
        }

        _work.Signal();
    }

    public void Error(ErrorCode code, string text)
    {
        lock (_guard)
        {
            if (!_isClosed)
            {
                WriteWaitingAck();
                ServerFrameWriter.WriteError(_filling, code, closesSession: false, 0, 0, text);
                NoteWritten();
            }
        }

        _work.Signal();
    }

    public void Welcome(in WelcomeFields fields, ReadOnlySpan<byte> position)
    {
        lock (_guard)
        {
            if (!_isClosed)
            {
                ServerFrameWriter.WriteWelcome(_filling, fields, position);
                NoteWritten();
            }
        }

        _work.Signal();
    }

    public void SchemaAccepted(uint schemaId, int streamFieldCount)
    {
        lock (_guard)
        {
            if (!_isClosed)
            {
                ServerFrameWriter.WriteSchemaAccepted(_filling, schemaId, streamFieldCount);
                NoteWritten();
            }
        }

        _work.Signal();
    }

    /// <summary>Pump: answers a ping; it leaves at <see cref="SendPongs"/>, together with those before it.</summary>
    public void Pong(ulong token)
    {
        lock (_guard)
        {
            if (!_isClosed)
            {
                ServerFrameWriter.WritePong(_filling, token);
                NoteWritten();
                _hasPongs = true;
            }
        }
    }

    /// <summary>Pump: the answers to the pings of this turn leave now.</summary>
    public void SendPongs()
    {
        if (_hasPongs)
        {
            _hasPongs = false;
            _work.Signal();
        }
    }

    /// <summary>A piece of an answer; completes when there is room for the next one.</summary>
    public Task ResultAsync(uint requestId, bool isLast, ReadOnlySpan<byte> lines)
    {
        Task room;
        lock (_guard)
        {
            if (_isClosed)
            {
                return Task.CompletedTask;
            }

            ServerFrameWriter.WriteResult(_filling, requestId, isLast, lines);
            NoteWritten();
            room = _isAbove
                ? (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task
                : Task.CompletedTask;
        }

        _work.Signal();
        return room;
    }

    /// <summary>Whether more than the bound has waited for longer than its time.</summary>
    public bool IsTooSlow(long now)
    {
        if (!_isAbove)
        {
            return false;
        }

        lock (_guard)
        {
            return _isAbove && !_hasFailed
                && _options.Time.GetElapsedTime(_aboveSince, now) > _options.MaxUnsentTime;
        }
    }

    /// <summary>
    /// How long the other side has taken nothing of what is being sent (zero when nothing is), and what memory the
    /// answers hold.
    /// </summary>
    public (TimeSpan Stall, long HeldBytes) StallAt(long now)
    {
        lock (_guard)
        {
            TimeSpan stall = _sending.Bytes > 0 ? _options.Time.GetElapsedTime(_progressAt, now) : TimeSpan.Zero;
            return (stall, _heldBytes);
        }
    }

    /// <summary>The loop: runs until all is sent after the close, or a send fails. Never throws.</summary>
    public async Task RunAsync()
    {
        try
        {
            while (true)
            {
                if (Swap())
                {
                    if (!_hasFailed)
                    {
                        _socket.Shutdown(SocketShutdown.Send);
                    }

                    return;
                }

                if (_sending.Bytes == 0)
                {
                    await _work.WaitAsync().ConfigureAwait(false);
                }

                while (_sending.Bytes > 0) // only this loop takes from it
                {
                    SocketError error = SendNow(_sending.First.Span, out int sent);
                    if (error == SocketError.WouldBlock)
                    {
                        _full ??= new SocketWait();
                        error = await _full.UntilSent(_socket, _sending.First).ConfigureAwait(false);
                        sent = _full.BytesTransferred;
                    }

                    if (error != SocketError.Success)
                    {
                        Fail();
                        return;
                    }

                    NoteSent(sent);
                }
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            Fail();
        }
        finally
        {
            lock (_guard)
            {
                DropBuffers(); // closed or failed: nothing is written any more
            }

            _full?.Dispose();
        }
    }

    /// <summary>Nothing can be sent any more.</summary>
    public void Fail()
    {
        lock (_guard)
        {
            _hasFailed = true;
            _isClosed = true;
            _isAbove = false;
            _room?.TrySetResult();
        }

        _work.Signal();
        _pump.Signal();
    }

    // Most of the time the kernel has room: a send that need not wait leaves nothing behind.
    private SocketError SendNow(ReadOnlySpan<byte> bytes, out int sent)
    {
        sent = _socket.Send(bytes, SocketFlags.None, out SocketError error);
        return error;
    }

    // True when it is over. What is to be sent next is in _sending, all of which was sent before.
    private bool Swap()
    {
        lock (_guard)
        {
            WriteWaitingAck();
            (_filling, _sending) = (_sending, _filling);
            _progressAt = _sending.Bytes > 0 ? _options.Time.GetTimestamp() : 0;
            return _hasFailed || (_isClosed && _sending.Bytes == 0);
        }
    }

    // Acks in a row leave as one where they meet before they are sent: a slow reader gets fewer, not more.
    private bool TryJoin(in FrameAck ack)
    {
        if (!_hasWaitingAck
            || ack.First != _waitingAck.Last + 1
            || ack.IsDuplicate != _waitingAck.IsDuplicate
            || ack.Refusals is not null)
        {
            return false;
        }

        _waitingAck.Last = ack.Last;
        _waitingAck.Counts = _waitingAck.Counts.Add(ack.Counts);
        return true;
    }

    private void WriteWaitingAck()
    {
        if (_hasWaitingAck)
        {
            FrameAck ack = _waitingAck;
            ServerFrameWriter.WriteAck(
                _filling, ack.Level, ack.IsDuplicate, ack.First, ack.Last, ack.Counts, ack.Refusals);
            _waitingAck = default;
            _hasWaitingAck = false;
            _ackFrames++;
            NoteWritten();
        }
    }

    private void NoteWritten()
    {
        NoteCapacity();
        if (!_isAbove && _filling.Bytes + _sending.Bytes > _all.BoundBytes)
        {
            _isAbove = true;
            _aboveSince = _options.Time.GetTimestamp();
        }
    }

    private void NoteSent(int bytes)
    {
        lock (_guard)
        {
            _sending.Consume(bytes);
            NoteCapacity();
            _progressAt = _options.Time.GetTimestamp();
            if (!_isAbove || _filling.Bytes + _sending.Bytes > _all.BoundBytes / 2)
            {
                return;
            }

            _isAbove = false;
            _room?.TrySetResult();
            _room = null;
        }

        _pump.Signal();
    }

    // Under _guard.
    private void NoteCapacity()
    {
        long heldBytes = _filling.HeldBytes + _sending.HeldBytes;
        if (heldBytes != _heldBytes)
        {
            _all.Add(heldBytes - _heldBytes);
            _heldBytes = heldBytes;
        }
    }

    // Under _guard, with nothing in them that will be sent.
    private void DropBuffers()
    {
        _filling.Clear();
        _sending.Clear();
        NoteCapacity();
    }
}
