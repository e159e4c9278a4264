using System.Buffers;
using System.Diagnostics;
using System.Text;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Cli.Generation;

/// <summary>
/// Plays frames through one connection: the calling thread sends, a thread of the session's own receives answers. They
/// share the <see cref="FlightWindow"/>. Ends when every frame is answered, or throws what broke it.
/// </summary>
internal sealed class LoadSession : IDisposable
{
    private static readonly TimeSpan s_keepAlive = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_answerDeadline = TimeSpan.FromMinutes(2);

    private readonly GeneratePlan _plan;
    private readonly LoadConnection _connection;
    private readonly RecordFrames _frames;
    private readonly FlightWindow _window;
    private readonly AnswerLog _answers;
    private readonly ManualResetEventSlim _pong = new();

    public LoadSession(
        GeneratePlan plan, LoadConnection connection, RecordFrames frames, FlightWindow window, AnswerLog answers)
    {
        _plan = plan;
        _connection = connection;
        _frames = frames;
        _window = window;
        _answers = answers;
    }

    public void Run(LoadPace pace, CancellationToken stop)
    {
        Thread receiver = new(Receive) { IsBackground = true, Name = "answers" };
        receiver.Start();
        try
        {
            SendAll(pace, stop);
            AwaitAnswers(stop);
        }
        finally
        {
            _connection.Abort();
            receiver.Join();
        }
    }

    public void Dispose()
    {
        _pong.Dispose();
    }

    private void SendAll(LoadPace pace, CancellationToken stop)
    {
        while (true)
        {
            long sequence = _window.Take(s_keepAlive, stop);
            if (sequence == 0)
            {
                return;
            }

            if (sequence < 0)
            {
                Ping();
                continue;
            }

            ReadOnlySpan<byte> frame = _frames.Get(sequence);
            _window.Sent(sequence, pace.WaitForTurn(stop));
            _connection.Send(frame);
            if (_plan.AckLevel == AckLevel.None && _window.TryAnswer(sequence, acked: false))
            {
                _answers.Acked(sequence);
            }
        }
    }

    private void AwaitAnswers(CancellationToken stop)
    {
        if (_plan.AckLevel == AckLevel.None)
        {
            // Without acks a pong is the only sign that the server has read everything before it.
            Ping();
            if (!_pong.Wait(s_answerDeadline, stop))
            {
                throw NoAnswer();
            }

            return;
        }

        long lowest = _window.LowestUnanswered;
        long since = Stopwatch.GetTimestamp();
        while (!_window.WaitForAnswers(s_keepAlive, stop))
        {
            if (_window.LowestUnanswered == lowest && Stopwatch.GetElapsedTime(since) > s_answerDeadline)
            {
                throw NoAnswer();
            }

            since = _window.LowestUnanswered == lowest ? since : Stopwatch.GetTimestamp();
            lowest = _window.LowestUnanswered;
            Ping();
        }
    }

    private ConnectionLostException NoAnswer()
    {
        return new ConnectionLostException(new CommandFailure(ExitCode.Failed,
            $"no answer to frame {_window.LowestUnanswered} within {s_answerDeadline.TotalSeconds} s"));
    }

    private void Ping()
    {
        ArrayBufferWriter<byte> output = new();
        ClientFrameWriter.WritePing(output, 1);
        _connection.Send(output.WrittenSpan);
    }

    private void Receive()
    {
        try
        {
            while (true)
            {
                FrameHeader header = _connection.Receive(out ReadOnlyMemory<byte> payload);
                switch (header.Kind)
                {
                    case FrameKind.Ack:
                        TakeAck(payload.Span);
                        break;
                    case FrameKind.Error:
                        TakeError(payload.Span);
                        break;
                    case FrameKind.Pong:
                        _pong.Set();
                        break;
                }
            }
        }
        catch (Exception error) when (error is ConnectionLostException or CommandFailure)
        {
            _window.Fail(error);
            _pong.Set();
        }
    }

    private void TakeAck(ReadOnlySpan<byte> payload)
    {
        FrameError bad = AckReader.TryRead(payload, out AckReader ack);
        if (bad != FrameError.None)
        {
            throw new CommandFailure(ExitCode.Failed, $"the server sent an ack that cannot be read: {bad}");
        }

        for (ulong sequence = ack.FirstSequence; sequence <= ack.LastSequence; sequence++)
        {
            if (!_window.TryAnswer((long)sequence, acked: true))
            {
                continue;
            }

            if (ack.IsDuplicate)
            {
                _answers.Duplicate((long)sequence);
            }
            else
            {
                _answers.Acked((long)sequence);
            }
        }
    }

    private void TakeError(ReadOnlySpan<byte> payload)
    {
        FrameError bad = ErrorReader.TryRead(payload, out ErrorReader error);
        if (bad != FrameError.None)
        {
            throw new CommandFailure(ExitCode.Failed, $"the server sent an error that cannot be read: {bad}");
        }

        string text = Encoding.UTF8.GetString(error.Text);
        if (error.Sequence == 0 || error.ClosesSession)
        {
            throw ConnectionLostException.For(error.Code, text);
        }

        // With --retry a refusal that may pass is not an answer: a new session starts again at the lowest unanswered
        // frame.
        if (error.IsTransient && _plan.Retry)
        {
            _answers.Refused((long)error.Sequence, error.Code, text, isFinal: false);
            throw ConnectionLostException.For(error.Code, text);
        }

        if (_window.TryAnswer((long)error.Sequence, acked: false))
        {
            _answers.Refused((long)error.Sequence, error.Code, text, isFinal: true);
        }
    }
}
