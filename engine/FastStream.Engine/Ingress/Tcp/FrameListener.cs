using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using FastStream.Engine.Ingress.Tcp.Polling;
using FastStream.Engine.Monitoring;
using FastStream.Protocol;
using FastStream.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace FastStream.Engine.Ingress.Tcp;

/// <summary>
/// Accepts connections for frames. Bound at once, so that a taken port is known before a long recovery; until
/// <see cref="Start"/> whoever connects is told <c>NOT_READY</c>.
/// </summary>
/// <remarks>
/// Threads: one accept loop; a pump and an outbox loop a connection, on the thread pool; one timer that looks at the
/// bounds of all connections. Connections enter and leave the table by themselves.
/// </remarks>
internal sealed class FrameListener : IAsyncDisposable
{
    private const int Backlog = 1_024;

    // Answers that the kernel holds for a reader who does not read; left alone it would take 4 MiB for each.
    private const int SendBufferBytes = 256 << 10;

    // A look at ten thousand connections takes milliseconds of a core, so it is shared out over a round of 200 ms: with
    // few connections in eight slices, with many in slices of 256, which take a tenth of a millisecond.
    private const int SweepSlices = 8;
    private const int SliceConnections = 256;
    private const int RoundMs = 200;

    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_acceptPause = TimeSpan.FromMilliseconds(100);

    private readonly FrameListenerOptions _options;
    private readonly QuietLog _log;
    private readonly Socket _socket;
    private readonly ConcurrentDictionary<Connection, Task> _connections = new();
    private readonly Dictionary<IPAddress, int> _perAddress = [];
    private readonly Lock _counting = new(); // guards _perAddress and _connectionCount
    private readonly int _maxConnections;
    private readonly int _maxFarewells;
    private readonly Task _accepting;
    private BusyPoller? _poller; // written before _context
    private int _connectionCount;
    private int _farewells; // by Interlocked
    private volatile ListenerContext? _context; // written by Start, read by the accept loop
    private volatile bool _stopping;
    private ITimer? _sweeps;
    private IEnumerator<KeyValuePair<Connection, Task>>? _sweeping; // owner: the timer, one slice at a time
    private int _isSweeping; // by Interlocked
    private int _sliceMs = RoundMs / SweepSlices; // owner: the timer, one slice at a time

    private FrameListener(FrameListenerOptions options, Socket socket, ILogger log)
    {
        _options = options;
        _socket = socket;
        _log = new QuietLog(log, options.Time);
        (_maxConnections, _maxFarewells) = AllowedConnections(options, DescriptorLimit.Read(), log);
        EndPoint = (IPEndPoint)socket.LocalEndPoint!;
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Where it listens; the port is the one that was given where 0 was asked for.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Connections now.</summary>
    public int ConnectionCount => _connections.Count;

    /// <summary>Of these, how many are polled.</summary>
    public int PolledCount => _poller?.ConnectionCount ?? 0;

    /// <summary>What each connection waits for.</summary>
    public IEnumerable<ConnectionPhase> Phases => _connections.Keys.Select(connection => connection.Phase);

    /// <summary>Bytes of frames of all connections that are not whole yet.</summary>
    public long ReceiveBytes => _context?.Segments.RentedBytes ?? 0;

    /// <summary>Memory of answers of all connections that have not been read.</summary>
    public long UnsentBytes => _context?.Unsent.Bytes ?? 0;

    /// <summary>Binds and listens; who connects is told that the server is not ready.</summary>
    /// <exception cref="SocketException">The address cannot be had, as when the port is taken.</exception>
    /// <exception cref="ArgumentException">The options have faults.</exception>
    public static FrameListener Bind(FrameListenerOptions options, ILogger log)
    {
        if (options.Validate() is [string fault, ..])
        {
            throw new ArgumentException(fault, nameof(options));
        }

        Socket socket = new(options.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(options.Address, options.Port));
            socket.Listen(Backlog);
            return new FrameListener(options, socket, log);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Begins to serve connections with an engine.</summary>
    public void Start(EngineCore core, IConnectionQuestions? questions)
    {
        _poller = _options.BusyPollConnections > 0 ? new BusyPoller(_options.BusyPollConnections) : null;
        _context = new ListenerContext(
            core, _options, new IngressCounters(core.Counters), new ReceiveSegments(), _log, questions);
        TimeSpan interval = TimeSpan.FromMilliseconds(_sliceMs);
        _sweeps = _options.Time.CreateTimer(_ => SweepSlice(), null, interval, interval);
    }

    /// <summary>Looks at the bounds of every connection.</summary>
    public void Sweep()
    {
        long now = _options.Time.GetTimestamp();
        foreach ((Connection connection, Task _) in _connections) // no copy of ten thousand of them, as Keys makes
        {
            connection.Sweep(now);
        }

        Relieve(now);
    }

    // Every connection is looked at about five times a second, a quiet one once; the enumerator bears connections that
    // come and go.
    private void SweepSlice()
    {
        if (Interlocked.Exchange(ref _isSweeping, 1) != 0)
        {
            return; // the slice before is still at work
        }

        long now = _options.Time.GetTimestamp();
        int count = Volatile.Read(ref _connectionCount);
        int slices = Math.Clamp(count / SliceConnections, SweepSlices, RoundMs / 4);
        int left = (count / slices) + 1;
        _sweeping ??= _connections.GetEnumerator();
        while (left > 0 && _sweeping is not null)
        {
            left--;
            if (_sweeping.MoveNext())
            {
                _sweeping.Current.Key.SweepUnlessResting(now);
            }
            else
            {
                _sweeping.Dispose();
                _sweeping = null;
                Relieve(now); // once a round
            }
        }

        if (_sliceMs != RoundMs / slices && _sweeps is ITimer timer)
        {
            _sliceMs = RoundMs / slices;
            timer.Change(TimeSpan.FromMilliseconds(_sliceMs), TimeSpan.FromMilliseconds(_sliceMs));
        }

        Interlocked.Exchange(ref _isSweeping, 0);
    }

    private void Relieve(long now)
    {
        ListenerContext context = _context!; // there are sweeps from Start on
        context.Unsent.Relieve(now, _connections.Select(pair => pair.Key), context);
    }

    /// <summary>
    /// Stops in order: no new connections; every connection is answered for what it has sent, told
    /// <c>SHUTTING_DOWN</c>, and given its time to hear it.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        _socket.Dispose();
        await _accepting.ConfigureAwait(false);
        long began = _options.Time.GetTimestamp();
        await Task.WhenAll(_connections.Keys.Select(connection => FarewellAsync(connection, began)))
            .ConfigureAwait(false);
        Task[] ends = [.. _connections.Values];
        try
        {
            await Task.WhenAll(ends).WaitAsync(_options.CloseTimeout).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            foreach (Connection connection in _connections.Keys)
            {
                connection.Abort();
            }

            await Task.WhenAny(Task.WhenAll(ends), Task.Delay(_options.CloseTimeout)).ConfigureAwait(false);
        }

        if (_sweeps is not null)
        {
            await _sweeps.DisposeAsync().ConfigureAwait(false);
        }

        _poller?.Dispose();
    }

    private async Task FarewellAsync(Connection connection, long began)
    {
        EngineCore core = _context!.Core;
        connection.StopTaking();
        while (!connection.IsSettled && !connection.Outbox.IsClosed && core.Fault is null
            && _options.Time.GetElapsedTime(began) < _options.CloseTimeout)
        {
            await Task.Delay(5).ConfigureAwait(false);
        }

        connection.Outbox.Close(ErrorCode.ShuttingDown, "the server stops: connect again when it is back");
    }

    private async Task AcceptAsync()
    {
        while (!_stopping)
        {
            try
            {
                Socket socket = await _socket.AcceptAsync().ConfigureAwait(false);
                Take(socket);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException fault)
            {
                if (_stopping || fault.SocketErrorCode == SocketError.OperationAborted)
                {
                    return;
                }

                _log.Warn("accept", $"A connection could not be accepted: {fault.Message}.");
                await Task.Delay(s_acceptPause).ConfigureAwait(false);
            }
        }
    }

    private void Take(Socket socket)
    {
        if (_context is not ListenerContext context)
        {
            Refuse(socket, ErrorCode.NotReady, "the server is recovering its journal: connect again in a moment");
            return;
        }

        IPAddress address = ((IPEndPoint)socket.RemoteEndPoint!).Address;
        if (TryEnter(address) is string reason)
        {
            context.Counters.Count(EngineCounter.ConnectionsRefused);
            _log.Warn("connections", $"Refused a connection from {address}: {reason}.");
            Refuse(socket, ErrorCode.TooManyConnections, reason);
            return;
        }

        socket.NoDelay = true;
        socket.SendBufferSize = SendBufferBytes;
        socket.Blocking = false;
        context.Counters.Count(EngineCounter.ConnectionsAccepted);
        BusyPoller? poller = _poller?.TryEnter() == true ? _poller : null;
        Connection connection = new(context, socket, poller);
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _connections[connection] = ended.Task;
        _ = Task.Run(() => RunAsync(connection, address, poller, ended));
    }

    private async Task RunAsync(
        Connection connection, IPAddress address, BusyPoller? poller, TaskCompletionSource ended)
    {
        try
        {
            await connection.RunAsync().ConfigureAwait(false);
        }
        finally
        {
            _connections.TryRemove(connection, out _);
            Leave(address);
            poller?.Leave();
            _context!.Counters.Count(EngineCounter.ConnectionsClosed);
            connection.Dispose();
            ended.SetResult();
        }
    }

    // Null when the connection may stay; else why not.
    private string? TryEnter(IPAddress address)
    {
        lock (_counting)
        {
            if (_connectionCount >= _maxConnections)
            {
                return $"there are {_connectionCount} connections, as many as may be: "
                    + ErrorCode.TooManyConnections.Remedy();
            }

            int ofAddress = _perAddress.GetValueOrDefault(address);
            if (ofAddress >= _options.MaxConnectionsPerAddress)
            {
                return $"there are {ofAddress} connections from {address}, as many as may be: "
                    + ErrorCode.TooManyConnections.Remedy();
            }

            _connectionCount++;
            _perAddress[address] = ofAddress + 1;
            return null;
        }
    }

    private void Leave(IPAddress address)
    {
        lock (_counting)
        {
            _connectionCount--;
            int left = _perAddress[address] - 1;
            if (left == 0)
            {
                _perAddress.Remove(address);
            }
            else
            {
                _perAddress[address] = left;
            }
        }
    }

    // Says why and leaves time to read it; in a flood of refusals only some are told.
    private void Refuse(Socket socket, ErrorCode code, string text)
    {
        if (Interlocked.Increment(ref _farewells) > _maxFarewells)
        {
            Interlocked.Decrement(ref _farewells);
            socket.Dispose();
            return;
        }

        _ = Task.Run(async () =>
        {
            try
            {
                using Socket refused = socket;
                System.Buffers.ArrayBufferWriter<byte> frame = new(256);
                ServerFrameWriter.WriteError(frame, code, closesSession: true, 0, 0, text);
                await refused.SendAsync(frame.WrittenMemory).ConfigureAwait(false);
                refused.Shutdown(SocketShutdown.Send);

                // Closing with unread bytes would reset the connection and take the line with it.
                using CancellationTokenSource late = new(s_farewell);
                byte[] rest = new byte[1024];
                while (await refused.ReceiveAsync(rest, SocketFlags.None, late.Token).ConfigureAwait(false) > 0)
                {
                }
            }
            catch (Exception fault) when (fault is SocketException or OperationCanceledException)
            {
                // It did not wait for the reason.
            }
            finally
            {
                Interlocked.Decrement(ref _farewells);
            }
        });
    }

    /// <summary>Connections that the options ask for, as far as the process's limit of descriptors goes.</summary>
    internal static (int Connections, int Farewells) AllowedConnections(
        FrameListenerOptions options, long? limit, ILogger log)
    {
        DescriptorShares shares = DescriptorShares.Of(limit, options.MaxConnections, options.MaxHttpConnections);
        if (shares.Connections < options.MaxConnections)
        {
            log.LogWarning(
                "The process may open {Limit} files, so at most {Allowed} of {Max} connections are taken: raise "
                + "ulimit -n.",
                limit, shares.Connections, options.MaxConnections);
        }

        return (shares.Connections, shares.Farewells);
    }
}
