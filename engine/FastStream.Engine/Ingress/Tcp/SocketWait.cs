using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace FastStream.Engine.Ingress.Tcp;

/// <summary>
/// Waits for a socket, and tells how that went by a code: the socket's own tasks throw, and each exception costs a
/// stack trace in words, milliseconds of a core when many connections are cut.
/// </summary>
/// <remarks>Owner: one loop, one wait at a time. Reused; waiting allocates nothing of its own.</remarks>
internal sealed class SocketWait : SocketAsyncEventArgs, IValueTaskSource<SocketError>
{
    private ManualResetValueTaskSourceCore<SocketError> _source; // continues on the thread that completes it

    public SocketWait()
        : base(true) // no execution context is taken along
    {
    }

    /// <summary>Completes when there is something to receive, or the end, or a fault.</summary>
    public ValueTask<SocketError> UntilReadable(Socket socket)
    {
        _source.Reset();
        bool isPending;
        try
        {
            isPending = socket.ReceiveAsync(this); // without a buffer: it takes nothing and holds no memory
        }
        catch (ObjectDisposedException)
        {
            return new ValueTask<SocketError>(SocketError.OperationAborted);
        }

        return isPending
            ? new ValueTask<SocketError>(this, _source.Version)
            : new ValueTask<SocketError>(SocketError);
    }

    /// <summary>
    /// Completes when some of the bytes are sent: <see cref="SocketAsyncEventArgs.BytesTransferred"/>.
    /// </summary>
    public ValueTask<SocketError> UntilSent(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        _source.Reset();
        bool isPending;
        try
        {
            SetBuffer(System.Runtime.InteropServices.MemoryMarshal.AsMemory(bytes)); // sending only reads it
            isPending = socket.SendAsync(this);
        }
        catch (ObjectDisposedException)
        {
            return new ValueTask<SocketError>(SocketError.OperationAborted);
        }

        return isPending
            ? new ValueTask<SocketError>(this, _source.Version)
            : new ValueTask<SocketError>(SocketError);
    }

    /// <inheritdoc/>
    protected override void OnCompleted(SocketAsyncEventArgs e) => _source.SetResult(SocketError);

    SocketError IValueTaskSource<SocketError>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<SocketError>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<SocketError>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
