using System.Diagnostics;
using System.Net.Sockets;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Client;

/// <summary>
/// The sending thread: turns what the application hands over into frames, keeps them in the window, gives them to the
/// socket, opens the connection again when it breaks. It alone numbers frames, so a sequence never has two contents.
/// </summary>
internal sealed class SenderLoop(ProducerState state, FrameEncoder encoder, Connection first)
{
    // The server closes a session that was silent for 130 s.
    private static readonly TimeSpan s_pingInterval = TimeSpan.FromSeconds(30);

    private readonly ProducerOptions _options = state.Options;
    private readonly ulong _epoch = first.Welcome.Epoch;
    private readonly byte[] _ping = new byte[2 * WireFormat.HeaderBytes];
    private Connection _connection = first;
    private Thread? _receiver;
    private WorkItem _item;
    private bool _hasItem;
    private int _limit;
    private bool _isPartial;
    private long _partialSince;
    private long _lastSend = Stopwatch.GetTimestamp();

    public void Run()
    {
        try
        {
            Adopt(_connection);
            bool goesOn = true;
            while (goesOn)
            {
                goesOn = Turn();
            }
        }
        catch (InvalidOperationException exception)
        {
            // A pre-encoded frame out of its order: the caller's mistake, said to the caller.
            state.Fail(new ProducerException(exception.Message, exception));
        }
        finally
        {
            _connection.Dispose();
            _receiver?.Join();
        }
    }

    private bool Turn()
    {
        switch (Next(out FrameSlot? slot))
        {
            case SenderStep.Stop:
                return false;
            case SenderStep.Connect:
                Connect();
                break;
            case SenderStep.Send:
                Send(slot!);
                break;
            case SenderStep.Encode:
                Encode(slot!);
                break;
            case SenderStep.Ping:
                Ping();
                break;
            default:
                break;
        }

        return true;
    }

    private SenderStep Next(out FrameSlot? slot)
    {
        slot = null;
        lock (state.Gate)
        {
            if (state.Fault is not null || state.IsClosing)
            {
                return SenderStep.Stop;
            }

            if (!state.IsConnected)
            {
                return SenderStep.Connect;
            }

            long now = Stopwatch.GetTimestamp();
            if (state.RewindTimestamp > now)
            {
                Wait(Stopwatch.GetElapsedTime(now, state.RewindTimestamp));
                return SenderStep.Again;
            }

            if (state.RewindTimestamp != 0)
            {
                state.RewindTimestamp = 0;
                Rewind(state.RewindTarget);
            }

            if (state.Window.HasUnsent)
            {
                slot = state.Window.BeginSend();
                return SenderStep.Send;
            }

            if (_hasItem || TryTakeItem(now))
            {
                return PrepareEncode(out slot);
            }

            if (Stopwatch.GetElapsedTime(_lastSend, now) > s_pingInterval)
            {
                return SenderStep.Ping;
            }

            // New records do not wake this thread, since that would cost each of them: it looks after a linger.
            Wait(_options.Linger);
            return SenderStep.Again;
        }
    }

    private SenderStep PrepareEncode(out FrameSlot? slot)
    {
        slot = null;
        int bytes = _item.Frame?.HeldBytes ?? encoder.BlockBytes;
        if (!state.Window.HasRoom(bytes))
        {
            Wait(s_pingInterval);
            return SenderStep.Again;
        }

        slot = _item.Frame;
        if (slot is null)
        {
            slot = state.Pool.RentSlot();
            slot.Block = state.Pool.RentBlock(encoder.BlockBytes);
        }

        return SenderStep.Encode;
    }

    // The next piece of work, or the records of the open buffer once they have waited long enough. Gate held.
    private bool TryTakeItem(long now)
    {
        while (state.TryDequeue(out _item))
        {
            _partialSince = 0;
            _isPartial = false;
            Monitor.PulseAll(state.Gate);
            if (_item.Flush is { } flush)
            {
                state.AddWaiter(flush, state.LastAssigned);
            }
            else if (_item.Buffer is { } closed && closed.Taken == closed.ClosedCount)
            {
                state.ReturnBuffer(closed);
            }
            else
            {
                _limit = _item.Buffer?.ClosedCount ?? 0;
                _hasItem = true;
                return true;
            }
        }

        return TryTakePartial(now);
    }

    private bool TryTakePartial(long now)
    {
        ColumnBuffer buffer = state.Current;
        int count = buffer.PublishedCount();
        if (state.PositionsAreUsed)
        {
            // A frame ends at a source position, or the source could not resume there.
            Span<byte> position = stackalloc byte[WireFormat.MaxPositionBytes];
            count = buffer.ReadMark(position, out _);
        }

        if (count <= buffer.Taken)
        {
            _partialSince = 0;
            return false;
        }

        if (_partialSince == 0)
        {
            _partialSince = now;
        }

        if (Stopwatch.GetElapsedTime(_partialSince, now) < _options.Linger)
        {
            return false;
        }

        _partialSince = 0;
        _isPartial = true;
        _item = new WorkItem { Buffer = buffer };
        _limit = count;
        _hasItem = true;
        return true;
    }

    private void Encode(FrameSlot slot)
    {
        bool isDone = true;
        if (_item.Frame is null)
        {
            slot.Sequence = state.LastAssigned + 1;
            int frameBytes;
            (frameBytes, isDone) = _item.Buffer is { } buffer
                ? encoder.Encode(buffer, _limit, slot.Sequence, slot.Block!)
                : (encoder.EncodeControl(_item, slot.Sequence, slot.Block!), true);
            slot.Frame = slot.Block.AsMemory(0, frameBytes);
        }

        lock (state.Gate)
        {
            state.Window.Add(slot);
            state.LastAssigned = slot.Sequence;
            if (isDone)
            {
                _hasItem = false;
                if (_item.Buffer is { } buffer && !_isPartial)
                {
                    state.ReturnBuffer(buffer);
                }
            }
        }
    }

    private void Send(FrameSlot slot)
    {
        bool isFirst = slot.SentTimestamp == 0;
        int frameBytes = slot.Frame.Length;
        _lastSend = Stopwatch.GetTimestamp();
        if (isFirst)
        {
            slot.SentTimestamp = _lastSend;
        }

        bool isSent = TrySend(slot.Frame.Span);
        lock (state.Gate)
        {
            ulong sequence = slot.Sequence;
            state.Window.EndSend(slot);
            ref ProducerCounts counts = ref state.Counts;
            counts = counts with
            {
                FramesSent = counts.FramesSent + (isFirst ? 1 : 0),
                BytesSent = counts.BytesSent + (isSent ? frameBytes : 0),
            };
            if (isSent && _options.AckLevel == AckLevel.None)
            {
                // Nobody will ack it: it has left, and that is all the level promises.
                _ = state.SettleThrough(sequence);
            }
        }
    }

    private void Ping()
    {
        _lastSend = Stopwatch.GetTimestamp();
        FixedWriter output = new(_ping);
        ClientFrameWriter.WritePing(output, (ulong)_lastSend);
        _ = TrySend(_ping);
    }

    private bool TrySend(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _connection.Send(bytes);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            _connection.Dispose();
            lock (state.Gate)
            {
                state.IsConnected = false;
            }

            if (!_options.Retry)
            {
                state.Fail(new ProducerException($"The connection broke: {exception.Message}.", exception));
            }

            return false;
        }
    }

    private void Connect()
    {
        try
        {
            _receiver?.Join();
            Adopt(Connection.Open(_options, _epoch));
        }
        catch (ProducerException exception)
        {
            bool isFinal = exception.Code != ErrorCode.None && !exception.Code.IsTransient();
            if (isFinal || !_options.Retry)
            {
                state.Fail(exception);
                return;
            }

            lock (state.Gate)
            {
                long start = Stopwatch.GetTimestamp();
                TimeSpan pause = state.NextBackOff();
                while (state.Fault is null && !state.IsClosing && Stopwatch.GetElapsedTime(start) < pause)
                {
                    Wait(pause - Stopwatch.GetElapsedTime(start));
                }
            }
        }
    }

    // Takes a fresh connection into use: everything that is not settled is sent again.
    private void Adopt(Connection connection)
    {
        _connection = connection;
        ulong last = connection.Welcome.LastSequence;
        int generation;
        lock (state.Gate)
        {
            generation = ++state.Generation;
            ref ProducerCounts counts = ref state.Counts;
            counts = counts with { Reconnects = generation - 1 };
            if (generation > 1 && last < state.Window.SettledThrough && !TryGoOnAfterLoss(last))
            {
                return;
            }

            Rewind(0);
            state.RewindTimestamp = 0;
            state.IsConnected = true;
        }

        ReceiverLoop receiver = new(state, connection, generation);
        _receiver = new Thread(receiver.Run) { IsBackground = true, Name = "FastStream receive" };
        _receiver.Start();
    }

    private bool TryGoOnAfterLoss(ulong last)
    {
        if (_options.AckLevel < AckLevel.Durable && _options.KeyKind == KeyKind.U64 && state.Window.TryRenumber(last))
        {
            state.LastAssigned = last + (ulong)state.Window.Count;
            return true;
        }

        state.Fail(new ProducerException(
            ErrorCode.UnknownProducer,
            $"The server knows frames up to {last}, but acked {state.Window.SettledThrough} at {_options.AckLevel}: "
            + "was its data folder replaced? Start a new epoch (epoch 0) from the source's beginning."));
        return false;
    }

    private void Rewind(ulong sequence)
    {
        ref ProducerCounts counts = ref state.Counts;
        counts = counts with { FramesResent = counts.FramesResent + state.Window.RewindTo(sequence) };
    }

    private void Wait(TimeSpan time) =>
        Monitor.Wait(state.Gate, (int)Math.Clamp(Math.Ceiling(time.TotalMilliseconds), 1, 60_000));
}
