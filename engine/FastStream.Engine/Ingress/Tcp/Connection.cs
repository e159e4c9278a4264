using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using FastStream.Engine.Ingress.Tcp.Polling;
using FastStream.Engine.Monitoring;
using FastStream.Engine.Sequencing.Commands;
using FastStream.Protocol;

namespace FastStream.Engine.Ingress.Tcp;

/// <summary>
/// One TCP connection: a pump that receives and takes frames, an outbox that answers, a dialogue for everything that
/// is not a frame of the stream.
/// </summary>
/// <remarks>
/// The pump is one loop: it waits for readiness with a read of zero bytes (a quiet connection holds no memory), then
/// receives without waiting until nothing is left or a bound is reached, then takes frames. Where a bound is reached
/// it waits and does not read: TCP pushes back. The pump never gives up a frame that it has counted as received.
/// End: the other side closes, or the outbox was closed and the rest that comes is thrown away until the other side
/// closes or its time is over. Then: frames in flight come out, the session is closed, the last answers leave.
/// </remarks>
internal sealed class Connection : IDisposable
{
    // Frames of the dialogue that a pump answers before it stands back: a burst of pings must not hold a thread of the
    // pool, of which there are as many as cores, for milliseconds.
    private const int DialogueFramesPerTurn = 128;

    private const int SmallFrameBytes = 256; // pings, for which nothing is allocated where two pieces meet either

    private static readonly TimeSpan s_enginePause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_memoryPause = TimeSpan.FromMilliseconds(10);

    private readonly ListenerContext _context;
    private readonly EngineCore _core;
    private readonly Socket _socket;
    private readonly SignalGate _gate;
    private readonly InFlightBytes _inFlight;
    private readonly Outbox _outbox;
    private readonly ConnectionWatch _watch;
    private readonly ConnectionBounds _bounds;
    private readonly ReceivePipe _pipe;
    private readonly FrameIntake _intake;
    private readonly FrameEntrance _entrance;
    private readonly SessionDialogue _dialogue;
    private readonly FrameLimits _limits;
    private CounterSet? _counters; // lent while frames are taken, so that a quiet connection holds none
    private byte[] _dialogueFrame = [];
    private FrameHeader _dialogueHeader;
    private long _restsUntil; // the sweep only
    private int _wantedBytes;
    private bool _tookFrame;
    private bool _isInFrame;
    private volatile bool _takesNothing; // written by StopTaking, read by the pump

    /// <param name="context">What the listener's connections share.</param>
    /// <param name="socket">The accepted socket.</param>
    /// <param name="poller">Runs the pump and the outbox; null for the thread pool.</param>
    public Connection(ListenerContext context, Socket socket, BusyPoller? poller = null)
    {
        _gate = new SignalGate(poller);
        _context = context;
        _core = context.Core;
        _socket = socket;
        _inFlight = new InFlightBytes(_core.Options.Limits.MaxInFlightBytesPerSession, _gate);
        _outbox = new Outbox(socket, context.Options, context.Unsent, _inFlight, _gate, poller);
        _watch = new ConnectionWatch(context.Options);
        _bounds = new ConnectionBounds(context, _watch, _outbox);
        _pipe = new ReceivePipe(socket, context.Segments, poller);
        _intake = new FrameIntake(_core.Frames, _core.Index, _core.Charge);
        _entrance = new FrameEntrance(_core);
        _dialogue = new SessionDialogue(context, _outbox);
        _limits = new FrameLimits(_core.Options.Limits.MaxFrameBytes, WireFormat.MaxRecordsPerFrame);
    }

    /// <summary>Where answers go; the listener closes the connection through it.</summary>
    public Outbox Outbox => _outbox;

    /// <summary>What it waits for.</summary>
    public ConnectionPhase Phase => _watch.Phase;

    /// <summary>Whether every frame that was taken has been answered, as far as it ever will be.</summary>
    public bool IsSettled =>
        _inFlight.Bytes == 0
        && (_dialogue.ExpectsNoAcks || _outbox.AnsweredFrames >= _entrance.Count);

    /// <summary>Any thread: frames from now on are thrown away, unacked; those that came are answered.</summary>
    public void StopTaking()
    {
        _takesNothing = true;
        _gate.Signal();
    }

    /// <summary>Runs the connection from its first byte to its end. Never throws.</summary>
    public async Task RunAsync()
    {
        Task sending = _outbox.RunAsync();
        try
        {
            await PumpAsync().ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            _outbox.Fail(); // the other side is gone, or its time was over
        }
#pragma warning disable CA1031 // One connection's fault must not be another's: it is logged, and this one ends.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _context.Log.Warn("connection", $"A connection failed and is closed: {fault}");
            _outbox.Close(ErrorCode.Faulted, "the server failed on this connection: connect again and see its log");
        }

        await EndAsync(sending).ConfigureAwait(false);
    }

    /// <summary>
    /// Listener's rounds: as <see cref="Sweep"/>, but a connection that was found quiet is left alone for a second.
    /// Thousands of them hold megabytes, and looking at all each time would take the caches from those that send.
    /// </summary>
    public void SweepUnlessResting(long now)
    {
        if (now >= _restsUntil)
        {
            Sweep(now);
        }
    }

    /// <summary>Listener's sweep: closes what has passed a bound, and drops what was told to go and did not.</summary>
    public void Sweep(long now)
    {
        if (_bounds.Check(now, this, out bool isQuiet))
        {
            Abort();
        }

        _restsUntil = isQuiet ? now + _context.Options.Time.TimestampFrequency : 0;
    }

    /// <summary>Any thread: ends the connection without another word.</summary>
    public void Abort()
    {
        _outbox.Fail();
        _socket.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _dialogue.Dispose();
        _pipe.Dispose();
    }

    /// <summary>Whose connection it is, for a line of the log.</summary>
    public string Name => _dialogue.Session is Session session
        ? $"producer \"{session.ProducerName}\" of stream \"{session.StreamName}\""
        : "a connection without a session";

    private async Task PumpAsync()
    {
        PipeReader reader = _pipe.Reader;
        bool isEnd = false;
        while (!isEnd)
        {
            if (await _pipe.WhenReadyAsync().ConfigureAwait(false) != SocketError.Success)
            {
                _outbox.Fail(); // the other side is gone, or its time was over
                return;
            }

            if (!_isInFrame && _context.Segments.RentedBytes >= _context.Options.MaxReceiveBytes)
            {
                await WaitForMemoryAsync().ConfigureAwait(false);
            }

            isEnd = _pipe.Receive(out int receivedBytes, out bool isBroken);
            if (isBroken)
            {
                _outbox.Fail();
                return;
            }

            await _pipe.FlushAsync().ConfigureAwait(false);
            if (!reader.TryRead(out ReadResult result))
            {
                continue;
            }

            ReadOnlySequence<byte> buffer = result.Buffer;
            PumpStep step = TakeCounted(ref buffer, receivedBytes);
            while (step is not (PumpStep.NeedBytes or PumpStep.Over))
            {
                _watch.Enter(ConnectionPhase.Busy);
                if (step == PumpStep.Yield)
                {
                    await Task.Yield();
                }
                else
                {
                    await WaitForAsync(step).ConfigureAwait(false);
                }

                step = TakeCounted(ref buffer, receivedBytes: 0);
            }

            reader.AdvanceTo(step == PumpStep.Over ? buffer.End : buffer.Start, buffer.End);
            NotePhase(step == PumpStep.Over ? 0 : buffer.Length);
        }
    }

    private ValueTask WaitForAsync(PumpStep step)
    {
        switch (step)
        {
            case PumpStep.NeedRoom:
                return WaitForRoomAsync();
            case PumpStep.NeedEngine:
                return WaitForEngineAsync();
            default:
                byte[] frame = _dialogueFrame;
                _dialogueFrame = []; // a quiet connection does not keep its last one
                return _dialogue.TakeAsync(_dialogueHeader, frame);
        }
    }

    private PumpStep TakeCounted(ref ReadOnlySequence<byte> buffer, int receivedBytes)
    {
        _counters = _context.Counters.Borrow();
        try
        {
            _counters.Add(EngineCounter.BytesReceived, receivedBytes);
            PumpStep step = TakeFrames(ref buffer);
            if (step is PumpStep.NeedRoom or PumpStep.NeedEngine)
            {
                _counters.Add(EngineCounter.BackPressureStops, 1);
            }

            return step;
        }
        finally
        {
            _context.Counters.GiveBack(_counters);
            _counters = null;
            _entrance.HandOn();
            _outbox.SendPongs();
        }
    }

    private PumpStep TakeFrames(ref ReadOnlySequence<byte> buffer)
    {
        int dialogueFrames = 0;
        while (true)
        {
            if (_outbox.IsClosed || _takesNothing)
            {
                DropWaiting();
                return PumpStep.Over;
            }

            if (!_entrance.TryPutWaiting())
            {
                return PumpStep.NeedEngine;
            }

            if (_outbox.IsAbove)
            {
                _wantedBytes = 0;
                return PumpStep.NeedRoom;
            }

            ReadOnlySequence<byte> rest = buffer;
            if (!FrameReader.TryReadFrame(
                ref rest, _limits, out FrameHeader header, out ReadOnlySequence<byte> frame, out FrameError error))
            {
                if (error == FrameError.None)
                {
                    return PumpStep.NeedBytes;
                }

                Refuse(error, buffer);
                return PumpStep.Over;
            }

            if (!header.Kind.IsSequenced() && ++dialogueFrames > DialogueFramesPerTurn)
            {
                return PumpStep.Yield;
            }

            PumpStep? step = header.Kind.IsSequenced() ? TakeSequenced(header, frame) : TakeOther(header, frame);
            if (step is PumpStep.NeedRoom or PumpStep.NeedEngine)
            {
                return step.Value;
            }

            buffer = rest;
            _tookFrame = true;
            if (step is not null)
            {
                return step.Value;
            }
        }
    }

    private PumpStep? TakeSequenced(in FrameHeader header, in ReadOnlySequence<byte> bytes)
    {
        if (_dialogue.Session is not Session session)
        {
            _dialogue.RefuseUnexpected(header.Kind);
            return PumpStep.Over;
        }

        if (!_inFlight.HasRoom(header.FrameBytes))
        {
            _wantedBytes = header.FrameBytes;
            return PumpStep.NeedRoom;
        }

        if (!_intake.TryTake(session, header, bytes, out InboundFrame? frame, out FrameError error))
        {
            if (error == FrameError.None)
            {
                return PumpStep.NeedEngine;
            }

            Refuse(error, bytes);
            return PumpStep.Over;
        }

        _counters!.Add(EngineCounter.FramesReceived, 1); // before anything else can become of it
        _inFlight.Add(frame!.ClaimedBytes);
        _entrance.Put(frame);
        return null;
    }

    private PumpStep? TakeOther(in FrameHeader header, in ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsSingleSegment)
        {
            return TakeOther(header, bytes.FirstSpan, bytes);
        }

        if (header.FrameBytes > SmallFrameBytes)
        {
            return TakeOther(header, bytes.ToArray(), bytes);
        }

        Span<byte> copy = stackalloc byte[SmallFrameBytes];
        bytes.CopyTo(copy);
        return TakeOther(header, copy[..header.FrameBytes], bytes);
    }

    // Nothing is allocated for a frame that is answered at once: a client may send a great many pings.
    private PumpStep? TakeOther(
        in FrameHeader header, scoped ReadOnlySpan<byte> frame, in ReadOnlySequence<byte> bytes)
    {
        FrameError error = FrameReader.CheckPayload(frame, header);
        if (error != FrameError.None)
        {
            Refuse(error, bytes);
            return PumpStep.Over;
        }

        if (_dialogue.TryTakeAtOnce(header, frame))
        {
            return null;
        }

        _dialogueHeader = header;
        _dialogueFrame = frame.ToArray();
        return PumpStep.Dialogue;
    }

    // The connection closed while a frame stood before a full inbox: it was received, and is refused.
    private void DropWaiting()
    {
        if (_entrance.TakeWaiting() is InboundFrame frame)
        {
            _context.Counters.Count(EngineCounter.FramesRefused);
            _core.Frames.Discard(frame);
        }
    }

    // Bytes that are no frame: nothing after them can be understood, so the connection ends.
    private void Refuse(FrameError error, in ReadOnlySequence<byte> bytes)
    {
        _counters!.Add(EngineCounter.FramesReceived, 1);
        _counters.Add(EngineCounter.FramesMalformed, 1);
        ErrorCode code = error.ToErrorCode();
        string text = FrameFaultText.Of(error, bytes, _limits);
        _context.Log.Warn(code.WireName(), $"Closed {Name}: {text}.");
        _outbox.Close(code, text);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))] // a fast sender meets its bound all the time
    private async ValueTask WaitForRoomAsync()
    {
        long wakeAt = _inFlight.WakeAtFor(_wantedBytes);
        while (!_outbox.IsClosed
            && !_takesNothing
            && (_outbox.IsAbove || (_wantedBytes > 0 && _inFlight.IsAbove(wakeAt))))
        {
            await _gate.WaitAsync().ConfigureAwait(false);
        }
    }

    // Rare: sessions' own bounds come first.
    private static ValueTask WaitForEngineAsync() => new(Task.Delay(s_enginePause));

    // Frames that have begun may go on, so that some become whole and give their memory back.
    private async Task WaitForMemoryAsync()
    {
        _context.Counters.Count(EngineCounter.BackPressureStops);
        ConnectionPhase before = _watch.Phase;
        _watch.Enter(ConnectionPhase.Busy);
        while (_context.Segments.RentedBytes >= _context.Options.MaxReceiveBytes && !_outbox.IsClosed)
        {
            await Task.Delay(s_memoryPause).ConfigureAwait(false);
        }

        _watch.Enter(before);
    }

    private void NotePhase(long restBytes)
    {
        _isInFrame = restBytes > 0;
        if (_dialogue.IsOpen)
        {
            if (restBytes == 0)
            {
                _watch.Enter(ConnectionPhase.Quiet);
            }
            else
            {
                bool isNew = _tookFrame || _watch.Phase != ConnectionPhase.InFrame;
                _watch.NoteFrameBytes(restBytes, isNew);
            }
        }

        _tookFrame = false;
    }

    private async Task EndAsync(Task sending)
    {
        _dialogue.Stop();
        DropWaiting();
        TimeSpan pause = s_enginePause;
        long began = _context.Options.Time.GetTimestamp();
        while (_inFlight.Bytes > 0 && _core.Fault is null)
        {
            await Task.Delay(pause).ConfigureAwait(false);
            pause = TimeSpan.FromMilliseconds(Math.Min(50, pause.TotalMilliseconds * 2));
        }

        if (_dialogue.Session is Session session)
        {
            await CloseSessionAsync(session).ConfigureAwait(false);
            while (!IsSettled && !_outbox.IsClosed && _core.Fault is null
                && _context.Options.Time.GetElapsedTime(began) < _context.Options.CloseTimeout)
            {
                await Task.Delay(pause).ConfigureAwait(false);
            }
        }

        _outbox.Complete();
        await sending.ConfigureAwait(false);
        _context.Counters.Count(EngineCounter.AcksSent, _outbox.TakeAckFrames());
        _socket.Dispose();
    }

    private async Task CloseSessionAsync(Session session)
    {
        try
        {
            _ = await _core.RunAsync(new CloseSessionCommand(session)).WaitAsync(_context.Options.CloseTimeout)
                .ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is TimeoutException or IOException or ObjectDisposedException)
        {
            // The engine has met a fault or is gone: it holds no sessions any more.
        }
    }
}
