namespace FastStream.Overload.Clients;

/// <summary>
/// Slow writers and slow readers, kept at their number: one that is cut is replaced, and how long it was borne is
/// noted.
/// </summary>
internal sealed class SlowCrowd : IDisposable
{
    private const int ReaderEveryMs = 400;

    private static readonly TimeSpan s_turn = TimeSpan.FromMilliseconds(5);

    private readonly int _port;
    private readonly int _readerEvery;
    private readonly int _address;
    private readonly SlowClient?[] _clients;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stop = new();
    private volatile int _writersCut; // written by the thread only
    private volatile int _readersCut; // the same
    private int _born;
    private long _nextReader;

    /// <param name="port">The server.</param>
    /// <param name="count">How many.</param>
    /// <param name="readerEvery">Every so many-th reads slowly, the others write slowly; 0: all write.</param>
    /// <param name="address">The last number of the address they come from, 127.0.0.x.</param>
    public SlowCrowd(int port, int count, int readerEvery, int address)
    {
        _port = port;
        _readerEvery = readerEvery;
        _address = address;
        _clients = new SlowClient?[count];
        _thread = new Thread(Run) { IsBackground = true, Name = "slow clients" };
        _thread.Start();
    }

    /// <summary>How long each slow writer was borne that was cut. Read after <see cref="Dispose"/>.</summary>
    public List<TimeSpan> WritersCutAfter { get; } = [];

    /// <summary>How long each slow reader was borne that was cut. Read after <see cref="Dispose"/>.</summary>
    public List<TimeSpan> ReadersCutAfter { get; } = [];

    /// <summary>Waits until writers and readers were cut, one at least of each that is asked for; or until the deadline.</summary>
    public void WaitForCuts(bool ofWriters, bool ofReaders, TimeSpan deadline)
    {
        long end = Environment.TickCount64 + (long)deadline.TotalMilliseconds;
        while (((ofWriters && _writersCut == 0) || (ofReaders && _readersCut == 0)) && Fault is null && Environment.TickCount64 < end)
        {
            _stop.Wait(s_turn);
        }
    }

    /// <summary>What broke the crowd; null when nothing did.</summary>
    public Exception? Fault { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        foreach (SlowClient? client in _clients)
        {
            client?.Dispose();
        }
    }

    private void Run()
    {
        try
        {
            do
            {
                for (int i = 0; i < _clients.Length && !_stop.IsSet; i++)
                {
                    Turn(i);
                }
            }
            while (!_stop.Wait(s_turn));
        }
#pragma warning disable CA1031 // Whatever it is, the trial reports it.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Fault = fault;
        }
    }

    // One reader's questions are a burst of work; they shall not come all at once.
    private bool MayBeginReader()
    {
        long now = Environment.TickCount64;
        if (now < _nextReader)
        {
            return false;
        }

        _nextReader = now + ReaderEveryMs;
        return true;
    }

    private void Turn(int index)
    {
        bool isWriter = _readerEvery == 0 || index % _readerEvery != 1;
        if (_clients[index] is null && !isWriter && !MayBeginReader())
        {
            return;
        }

        SlowClient client = _clients[index] ??= isWriter
            ? new SlowClient.Writer(_port, _address, $"slow-{_born++}")
            : new SlowClient.Reader(_port, _address);
        client.Turn();
        if (client.CutAfter is TimeSpan borne)
        {
            (isWriter ? WritersCutAfter : ReadersCutAfter).Add(borne);
            _writersCut = WritersCutAfter.Count;
            _readersCut = ReadersCutAfter.Count;
            client.Dispose();
            _clients[index] = null;
        }
    }
}
