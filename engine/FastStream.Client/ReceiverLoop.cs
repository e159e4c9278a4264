using System.Buffers;
using System.Diagnostics;
using System.Net.Sockets;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Client;

/// <summary>
/// Reads what the server says on one connection, on a thread of its own, until the connection breaks. Settles acked
/// frames, drops those refused for good, asks the sending thread to send again after a transient refusal.
/// </summary>
internal sealed class ReceiverLoop(ProducerState state, Connection connection, int generation)
{
    private readonly byte[] _received = new byte[64 << 10];
    private int _filled;

    public void Run()
    {
        ProducerException cause;
        try
        {
            cause = ReadUntilBroken();
        }
        catch (SocketException exception)
        {
            cause = new ProducerException($"The connection broke: {exception.Message}.", exception);
        }
        catch (ObjectDisposedException exception)
        {
            cause = new ProducerException("The connection was closed.", exception);
        }

        ReportBreak(cause);
    }

    private ProducerException ReadUntilBroken()
    {
        while (true)
        {
            int received = connection.Socket.Receive(_received.AsSpan(_filled));
            if (received == 0)
            {
                return new ProducerException("The server closed the connection.");
            }

            _filled += received;
            ReadOnlySequence<byte> buffer = new(_received, 0, _filled);
            FrameError error = HandleFrames(ref buffer);
            if (error != FrameError.None)
            {
                // Nothing behind broken bytes can be told apart; what was not acked is sent again.
                return new ProducerException(
                    error.ToErrorCode(), $"The server sent bytes that cannot be read ({error}).");
            }

            int rest = (int)buffer.Length;
            Buffer.BlockCopy(_received, _filled - rest, _received, 0, rest);
            _filled = rest;
            if (rest == _received.Length)
            {
                return new ProducerException("The server sent a frame that no producer needs.");
            }
        }
    }

    // Takes all whole frames off the buffer.
    private FrameError HandleFrames(ref ReadOnlySequence<byte> buffer)
    {
        FrameError error;
        while (FrameReader.TryReadFrame(
            ref buffer, FrameLimits.Default, out FrameHeader header, out ReadOnlySequence<byte> frame, out error))
        {
            // One array, so one piece.
            ReadOnlySpan<byte> bytes = frame.FirstSpan;
            error = FrameReader.CheckPayload(bytes, header);
            if (error == FrameError.None)
            {
                error = Handle(header, bytes.Slice(WireFormat.HeaderBytes, header.PayloadBytes));
            }

            if (error != FrameError.None)
            {
                return error;
            }
        }

        return error;
    }

    private FrameError Handle(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        FrameError fault = FrameError.None;
        if (header.Kind == FrameKind.Ack)
        {
            fault = AckReader.TryRead(payload, out AckReader ack);
            if (fault == FrameError.None)
            {
                HandleAck(ack);
            }
        }
        else if (header.Kind == FrameKind.Error)
        {
            fault = ErrorReader.TryRead(payload, out ErrorReader error);
            if (fault == FrameError.None)
            {
                HandleError(error);
            }
        }

        return fault;
    }

    private void HandleAck(in AckReader ack)
    {
        TimeSpan latency = TimeSpan.Zero;
        lock (state.Gate)
        {
            FrameSlot? slot = state.Window.Find(ack.LastSequence);
            if (slot is not null && slot.SentTimestamp != 0)
            {
                latency = Stopwatch.GetElapsedTime(slot.SentTimestamp);
            }
        }

        // Before anyone who waits for these frames goes on, so that a finished flush has seen all its callbacks.
        CallBack(ack, latency);
        lock (state.Gate)
        {
            state.BackOff = TimeSpan.Zero;
            ref ProducerCounts counts = ref state.Counts;
            int settled = state.SettleThrough(ack.LastSequence);
            counts = counts with { Records = counts.Records + ack.Counts, FramesAcked = counts.FramesAcked + settled };
        }
    }

    private void CallBack(in AckReader ack, TimeSpan latency)
    {
        state.Options.OnAck?.Invoke(new ProducerAck(
            ack.FirstSequence, ack.LastSequence, ack.Level, ack.IsDuplicate, ack.Counts, latency));
        if (state.Options.OnRecordRefused is { } onRecordRefused)
        {
            for (int index = 0; index < ack.RefusalCount; index++)
            {
                onRecordRefused(ack.Refusal(index));
            }
        }
    }

    private void HandleError(in ErrorReader error)
    {
        string text = Connection.Describe(error.Code, error.Text);
        if (error.Sequence != 0)
        {
            state.Options.OnRefused?.Invoke(
                new FrameRefusal(error.Sequence, error.Code, error.IsTransient, text));
        }

        bool endsProducer = error.IsTransient
            ? !state.Options.Retry
            : error.Sequence == 0 || error.Code == ErrorCode.Fenced;
        if (endsProducer)
        {
            state.Fail(new ProducerException(error.Code, text));
        }
        else if (error.Sequence != 0)
        {
            HandleRefusedFrame(error, text);
        }
    }

    private void HandleRefusedFrame(in ErrorReader error, string text)
    {
        lock (state.Gate)
        {
            ref ProducerCounts counts = ref state.Counts;
            if (!error.IsTransient)
            {
                if (state.Window.Refuse(error.Sequence))
                {
                    counts = counts with { FramesRefused = counts.FramesRefused + 1 };
                    state.Announce();
                }

                return;
            }

            counts = counts with { TransientRefusals = counts.TransientRefusals + 1 };
            ulong expected = error.ExpectedSequence == 0 ? error.Sequence : error.ExpectedSequence;
            if (expected <= state.Window.SettledThrough)
            {
                state.Fail(new ProducerException(error.Code, text));
                return;
            }

            // The refusals of the frames behind it arrive during the pause and ask for the same.
            state.RewindTarget = expected;
            if (state.RewindTimestamp == 0)
            {
                state.RewindTimestamp = Stopwatch.GetTimestamp()
                    + (long)(state.NextBackOff().TotalSeconds * Stopwatch.Frequency);
            }

            Monitor.PulseAll(state.Gate);
        }
    }

    private void ReportBreak(ProducerException cause)
    {
        connection.Dispose();
        lock (state.Gate)
        {
            if (state.Generation != generation)
            {
                return;
            }

            // Before the gate opens, or the sending thread would connect again first.
            if (!state.Options.Retry && !state.IsClosing)
            {
                state.Fail(cause);
            }

            state.IsConnected = false;
            Monitor.PulseAll(state.Gate);
        }
    }
}
