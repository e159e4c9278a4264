using System.IO.Pipelines;
using System.Net.Sockets;
using FastStream.Engine.Ingress.Tcp.Polling;

namespace FastStream.Engine.Ingress.Tcp;

/// <summary>
/// A socket's bytes in a pipe: waits for readiness with a read of zero bytes, so that a quiet connection holds no
/// memory, then receives without waiting until nothing is left or a bound is reached.
/// </summary>
/// <remarks>Owner: the connection's pump, on both ends of the pipe; so nothing but the socket ever waits.</remarks>
internal sealed class ReceivePipe : IDisposable
{
    private const int BytesPerTurn = 1 << 20;
    private const int LeastSpanBytes = 4 << 10;

    private readonly Socket _socket;
    private readonly PolledSocket? _polled;
    private readonly ReceiveMemory _memory;
    private readonly Pipe _pipe;
    private readonly SocketWait _wait = new();

    /// <param name="socket">Where bytes come from.</param>
    /// <param name="segments">The memory of all connections' pipes.</param>
    /// <param name="poller">Looks whether there is something to receive; null for the system's notifications.</param>
    public ReceivePipe(Socket socket, ReceiveSegments segments, BusyPoller? poller = null)
    {
        _polled = poller is null ? null : new PolledSocket(socket, poller);
        _socket = socket;
        _memory = new ReceiveMemory(segments);
        _pipe = new Pipe(new PipeOptions(
            _memory,
            PipeScheduler.Inline,
            PipeScheduler.Inline,
            pauseWriterThreshold: 0,
            resumeWriterThreshold: 0,
            minimumSegmentSize: LeastSpanBytes,
            useSynchronizationContext: false));
    }

    /// <summary>The end that frames are parsed from.</summary>
    public PipeReader Reader => _pipe.Reader;

    /// <summary>
    /// Completes when there is something to receive, or the end, or with what has broken the connection.
    /// </summary>
    public ValueTask<SocketError> WhenReadyAsync() =>
        _polled?.WhenReadableAsync() ?? _wait.UntilReadable(_socket);

    /// <summary>
    /// Receives what is there, up to a bound. True at the end of the stream, and of a broken one.
    /// </summary>
    public bool Receive(out int receivedBytes, out bool isBroken)
    {
        receivedBytes = 0;
        isBroken = false;
        bool isEnd = false;

        // The poller has just seen bytes, the end or a fault; a call to the system is a twentieth of such a turn.
        if (_polled is null && _socket.Available == 0)
        {
            return IsEnd(out isBroken); // the end, or readiness for bytes that an earlier turn has taken already
        }

        while (receivedBytes < BytesPerTurn)
        {
            Span<byte> span = _pipe.Writer.GetSpan(LeastSpanBytes);
            int received = _socket.Receive(span, SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock)
            {
                break;
            }

            if (error != SocketError.Success || received == 0)
            {
                isBroken = error != SocketError.Success;
                isEnd = true;
                break;
            }

            _pipe.Writer.Advance(received);
            receivedBytes += received;

            // Asking for another span would rent memory that a connection then holds while it is quiet.
            if (received < span.Length || _socket.Available == 0)
            {
                break;
            }
        }

        _memory.IsBusy = receivedBytes > ReceiveSegments.SmallBytes;
        return isEnd;
    }

    /// <summary>
    /// Makes what was received readable; completes at once, since the pipe never holds its writer back.
    /// </summary>
    public ValueTask<FlushResult> FlushAsync() => _pipe.Writer.FlushAsync();

    /// <summary>Gives all memory back.</summary>
    public void Dispose()
    {
        _pipe.Reader.Complete();
        _pipe.Writer.Complete();
        _memory.Dispose();
        _wait.Dispose();
    }

    private bool IsEnd(out bool isBroken)
    {
        Span<byte> one = stackalloc byte[1];
        int received = _socket.Receive(one, SocketFlags.Peek, out SocketError error);
        isBroken = error is not (SocketError.Success or SocketError.WouldBlock);
        return isBroken || (error == SocketError.Success && received == 0);
    }
}
