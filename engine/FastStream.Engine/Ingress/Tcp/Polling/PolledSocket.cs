using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace FastStream.Engine.Ingress.Tcp.Polling;

/// <summary>
/// Readiness of one socket as the poller sees it. Reused: waiting allocates nothing. Owner: the connection's pump, one
/// wait at a time; it goes on upon the poller's thread.
/// </summary>
internal sealed class PolledSocket : IValueTaskSource<SocketError>
{
    private readonly Socket _socket;
    private readonly BusyPoller _poller;
    private SocketError _error; // the poller's thread, before it completes
    private ManualResetValueTaskSourceCore<SocketError> _source; // continuations run inline: on the poller's thread

    public PolledSocket(Socket socket, BusyPoller poller)
    {
        _socket = socket;
        _poller = poller;
        WatchLater = () => poller.Watch(this);
    }

    /// <summary>What a thread that is not the poller's posts, made once.</summary>
    public Action WatchLater { get; }

    /// <summary>
    /// Completes when there is something to receive, or the end, or with what has broken the connection.
    /// </summary>
    public ValueTask<SocketError> WhenReadableAsync()
    {
        _error = SocketError.Success;
        _source.Reset();
        ValueTask<SocketError> wait = new(this, _source.Version);
        _poller.Watch(this);
        return wait;
    }

    /// <summary>The poller's thread.</summary>
    public bool IsReadable()
    {
        try
        {
            return _socket.Poll(0, SelectMode.SelectRead);
        }
        catch (SocketException fault)
        {
            _error = fault.SocketErrorCode;
            return true;
        }
        catch (ObjectDisposedException)
        {
            _error = SocketError.OperationAborted;
            return true;
        }
    }

    /// <summary>The poller's thread: the pump goes on.</summary>
    public void Complete() => _source.SetResult(_error);

    SocketError IValueTaskSource<SocketError>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<SocketError>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<SocketError>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
