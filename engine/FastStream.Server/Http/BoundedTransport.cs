using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FastStream.Server.Http;

/// <summary>
/// Kestrel's sockets with a bound on how many are open: one more is closed before the next one is accepted.
/// </summary>
/// <remarks>
/// Kestrel's own limit closes a connection when a thread comes to it, and goes on accepting meanwhile: a flood takes
/// every descriptor of the process before that, and a .NET process without descriptors dies.
/// </remarks>
internal sealed class BoundedTransport(int maxConnections, ILoggerFactory loggers) : IConnectionListenerFactory
{
    private readonly SocketTransportFactory _sockets = new(Options.Create(new SocketTransportOptions()), loggers);
    private long _refused; // by Interlocked

    /// <summary>Connections that were closed at once.</summary>
    public long RefusedCount => Interlocked.Read(ref _refused);

    /// <inheritdoc/>
    public async ValueTask<IConnectionListener> BindAsync(
        EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(this, await _sockets.BindAsync(endpoint, cancellationToken).ConfigureAwait(false));

    private sealed class Listener(BoundedTransport owner, IConnectionListener inner) : IConnectionListener
    {
        private int _open; // by Interlocked: the accept loop and the ends of connections

        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (true)
            {
                ConnectionContext? connection = await inner.AcceptAsync(cancellationToken).ConfigureAwait(false);
                if (connection is null)
                {
                    return null;
                }

                if (Interlocked.Increment(ref _open) <= owner.MaxConnections)
                {
                    connection.ConnectionClosed.Register(() => Interlocked.Decrement(ref _open));
                    return connection;
                }

                Interlocked.Decrement(ref _open);
                Interlocked.Increment(ref owner._refused);
                connection.Abort(new ConnectionAbortedException("there are as many HTTP connections as may be"));
                await connection.DisposeAsync().ConfigureAwait(false);
            }
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) =>
            inner.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    private int MaxConnections { get; } = maxConnections;
}
