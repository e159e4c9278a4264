using System.Diagnostics;
using System.Text;
using FastStream.Cli;
using FastStream.Cli.Generation;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.CrashLoop;

/// <summary>
/// A producer that outlives every server: sends its frames in order, keeps a window of them under way, remembers what
/// was acked, connects again whenever it must and sometimes for no reason, and sometimes sends again what was acked
/// long ago.
/// </summary>
/// <remarks>
/// Two owners in turns. While it rests, the controller's thread may call <see cref="Connect"/> and read everything;
/// between <see cref="Play"/> and the end of <see cref="RestAsync"/> its own thread owns the connection.
/// What the server promised is read to the last byte: after the server has died, acks that were still in the socket's
/// buffer count as well.
/// </remarks>
internal sealed class CrashProducer : IDisposable
{
    private const int MostFramesAgain = 8;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(3);

    private readonly GeneratePlan _plan;
    private readonly ICrashFrames _frames;
    private readonly Random _random;
    private readonly Thread _thread;
    private readonly SemaphoreSlim _play = new(0);
    private readonly SemaphoreSlim _rested = new(0);
    private readonly ManualResetEventSlim _stop = new();
    private int _port;
    private LoadConnection? _connection;
    private long _next;
    private long _until;
    private long _acked;
    private long _refusalCount;
    private bool _isRefused;
    private bool _finishing;
    private bool _ended;
    private Exception? _fault;

    public CrashProducer(CrashSource source, int seed)
    {
        _plan = source.Plan;
        _frames = source.Frames;
        _random = new Random(seed);
        _thread = new Thread(Run) { IsBackground = true, Name = Name };
        _thread.Start();
    }

    public string Name => _plan.Records.Producer;

    public string Stream => _plan.Stream;

    public AckLevel Level => _plan.AckLevel;

    /// <summary>Every frame up to this one is promised.</summary>
    public long Acked => Volatile.Read(ref _acked); // partner: Promise

    /// <summary>Records in what is promised; while it rests.</summary>
    public long AckedRecords => _frames.RecordsThrough(Acked);

    /// <summary>The highest frame ever sent.</summary>
    public long Sent { get; private set; }

    public long ResentCount { get; private set; }

    public long DuplicateCount { get; private set; }

    /// <summary>Any thread.</summary>
    public long RefusalCount => Volatile.Read(ref _refusalCount); // partner: TakeAnswer

    /// <summary>
    /// Why the server refused first in the last session that it refused anything in, by its name on the wire; what was
    /// under way behind that frame is out of sequence then.
    /// </summary>
    public string LastRefusal { get; private set; } = "";

    public long ReconnectCount { get; private set; }

    /// <summary>One in so many answers makes it connect again; 0 for never.</summary>
    public int ReconnectOneIn { get; init; } = 500;

    /// <summary>
    /// Says hello, again and again while it is refused for a reason that passes; what the server knows of it comes back.
    /// </summary>
    public long Connect(int port)
    {
        long began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return ConnectOnce(port);
            }
            catch (ConnectionLostException lost)
            {
                if (Stopwatch.GetElapsedTime(began) > s_deadline)
                {
                    throw new TimeoutException($"{Name} is not welcomed: {lost.Message}", lost);
                }
            }
        }
    }

    /// <summary>What the server has is what it promises; frames from there on are sent.</summary>
    public void Accept(long last)
    {
        Volatile.Write(ref _acked, last); // partner: Acked
        _next = Math.Max(1, last + 1 - _random.Next(MostFramesAgain));
    }

    /// <summary>Sends until that frame is acked, or for ever.</summary>
    public void Play(long until = long.MaxValue)
    {
        _stop.Reset();
        Volatile.Write(ref _finishing, false); // partner: PlaySession
        _until = until;
        _play.Release();
    }

    /// <summary>The server lives: no new frame is sent, and the thread rests once all that were sent are acked.</summary>
    public void Finish() => Volatile.Write(ref _finishing, true); // partner: PlaySession

    /// <summary>The server has died, or the last frame is awaited: returns when the thread rests.</summary>
    public async Task RestAsync(bool giveUp)
    {
        if (giveUp)
        {
            _stop.Set();
        }

        if (!await _rested.WaitAsync(s_deadline))
        {
            throw new TimeoutException($"{Name} does not come to rest; acked {Acked}, sent {Sent}, {LastRefusal}");
        }

        if (_fault is not null)
        {
            throw new InvalidOperationException($"{Name}: {_fault.Message}", _fault);
        }
    }

    public void Dispose()
    {
        Volatile.Write(ref _ended, true); // partner: Run
        _stop.Set();
        _connection?.Abort();
        _play.Release();
        _thread.Join();
        _connection?.Dispose();
        _play.Dispose();
        _rested.Dispose();
        _stop.Dispose();
    }

    private long ConnectOnce(int port)
    {
        _port = port;
        _connection?.Dispose();
        _connection = LoadConnection.Open(_plan with { Port = port }, _plan.Epoch);
        _isRefused = false;
        WelcomeFields welcome = _connection.Welcome;
        if (welcome.Epoch != 1 || welcome.AckLevel != _plan.AckLevel)
        {
            throw new InvalidOperationException(
                $"{Name} was welcomed to epoch {welcome.Epoch} with acks that are {welcome.AckLevel}");
        }

        return (long)welcome.LastSequence;
    }

    private void Run()
    {
        while (true)
        {
            _play.Wait();
            if (Volatile.Read(ref _ended)) // partner: Dispose
            {
                return;
            }

            try
            {
                PlayOut();
            }
            catch (Exception fault) when (fault is CommandFailure or InvalidOperationException)
            {
                _fault = fault; // told by RestAsync
            }

            _rested.Release();
        }
    }

    private void PlayOut()
    {
        while (Acked < _until)
        {
            try
            {
                PlaySession();
            }
            catch (ConnectionLostException)
            {
                ReadWhatIsLeft();
                if (!TryConnectAgain())
                {
                    return;
                }
            }
        }
    }

    private void PlaySession()
    {
        while (Acked < _until)
        {
            if (Volatile.Read(ref _finishing)) // partner: Finish
            {
                _until = Sent;
            }

            while (_next - Acked <= _plan.MaxInFlightFrames && _next <= _until)
            {
                _connection!.Send(_frames.Get(_next));
                ResentCount += _next <= Sent ? 1 : 0;
                Sent = Math.Max(Sent, _next);
                _next++;
            }

            if (Acked < _until)
            {
                TakeAnswer();
            }

            if (ReconnectOneIn > 0 && _random.Next(ReconnectOneIn) == 0 && Acked < _until)
            {
                _connection!.Dispose();
                throw new ConnectionLostException(new CommandFailure(ExitCode.Failed, "on purpose"));
            }
        }
    }

    /// <summary>The last acks of a server that died lie in the buffer of the socket.</summary>
    private void ReadWhatIsLeft()
    {
        try
        {
            while (true)
            {
                TakeAnswer();
            }
        }
        catch (Exception end) when (end is ConnectionLostException or ObjectDisposedException)
        {
            // All has been read.
        }
    }

    /// <summary>False when it was told to give up.</summary>
    private bool TryConnectAgain()
    {
        while (!_stop.IsSet)
        {
            try
            {
                long last = ConnectOnce(_port);
                if (last < Acked)
                {
                    throw new InvalidOperationException($"a living server knows {last}, and acked {Acked}");
                }

                ReconnectCount++;
                Accept(last);
                return true;
            }
            catch (ConnectionLostException)
            {
                _stop.Wait(s_pause); // dead, still recovering, or the old session has not gone yet
            }
        }

        return false;
    }

    private void TakeAnswer()
    {
        FrameHeader header = _connection!.Receive(out ReadOnlyMemory<byte> payload);
        if (header.Kind == FrameKind.Ack && AckReader.TryRead(payload.Span, out AckReader ack) == FrameError.None)
        {
            TakeAck(ack);
        }
        else if (header.Kind == FrameKind.Error
            && ErrorReader.TryRead(payload.Span, out ErrorReader error) == FrameError.None)
        {
            string refusal = $"{error.Code.WireName()} {Encoding.UTF8.GetString(error.Text)}";
            LastRefusal = _isRefused ? LastRefusal : refusal;
            _isRefused = true;
            Volatile.Write(ref _refusalCount, _refusalCount + 1); // partner: RefusalCount
            _connection.Dispose();
            throw error.Code.IsTransient()
                ? new ConnectionLostException(new CommandFailure(ExitCode.Failed, refusal))
                : new InvalidOperationException($"refused for good: {refusal}");
        }
    }

    private void TakeAck(in AckReader ack)
    {
        long first = (long)ack.FirstSequence;
        long last = (long)ack.LastSequence;
        if (ack.Level < Level || last > Sent || (!ack.IsDuplicate && first > Acked + 1))
        {
            throw new InvalidOperationException(
                $"frames {first} to {last} are acked as {ack.Level}, after {Acked} of {Sent} sent");
        }

        DuplicateCount += ack.IsDuplicate ? last - first + 1 : 0;
        if (last > Acked)
        {
            Volatile.Write(ref _acked, last); // partner: Acked
        }
    }
}
