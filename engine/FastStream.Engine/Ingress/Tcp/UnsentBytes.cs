using FastStream.Engine.Monitoring;

namespace FastStream.Engine.Ingress.Tcp;

/// <summary>
/// Memory of answers over all connections, and its bound. Above it a connection may keep only a small share unread
/// before it is not read from, and the reader that has taken nothing for longest is cut.
/// </summary>
/// <remarks>
/// Writers: outboxes, under their guards. The bound may be passed by the answers that were under way, at most a share
/// and one piece of an answer a connection. Acks to producers who read are far below a share: they go on.
/// </remarks>
internal sealed class UnsentBytes(FrameListenerOptions options)
{
    /// <summary>Who has taken something in this time is not cut: his answers only wait.</summary>
    internal static readonly TimeSpan LeastStall = TimeSpan.FromSeconds(1);

    private const int LeastShareBytes = 4_096;

    private readonly int _shareBytes = (int)Math.Clamp(
        options.MaxTotalUnsentBytes / options.MaxConnections, LeastShareBytes, options.MaxUnsentBytes);

    private long _bytes; // by Interlocked, any thread

    /// <summary>Where answers are written.</summary>
    public AnswerPieces Pieces { get; } = new();

    /// <summary>Memory that answers hold.</summary>
    public long Bytes => Volatile.Read(ref _bytes); // partner: Add

    /// <summary>What one connection may keep unsent now before it is not read from.</summary>
    public int BoundBytes => Bytes > options.MaxTotalUnsentBytes ? _shareBytes : options.MaxUnsentBytes;

    /// <summary>A connection's answers hold more, or less.</summary>
    public void Add(long bytes) => Interlocked.Add(ref _bytes, bytes); // partner: Bytes

    /// <summary>Listener's sweep, once a round: above the bound it cuts the slowest readers.</summary>
    public void Relieve(long now, IEnumerable<Connection> connections, ListenerContext context)
    {
        long overBytes = Bytes - options.MaxTotalUnsentBytes;
        if (overBytes <= 0)
        {
            return;
        }

        List<(TimeSpan Stall, long HeldBytes, Connection Connection)> stalled = [];
        foreach (Connection connection in connections)
        {
            (TimeSpan stall, long heldBytes) = connection.Outbox.StallAt(now);
            if (stall >= LeastStall && heldBytes > _shareBytes)
            {
                stalled.Add((stall, heldBytes, connection));
            }
        }

        foreach ((TimeSpan stall, long heldBytes, Connection connection) in stalled.OrderByDescending(one => one.Stall))
        {
            if (overBytes <= 0)
            {
                return;
            }

            overBytes -= heldBytes; // the cut gives it back a moment later
            context.Counters.Count(EngineCounter.ReadersCutForMemory);
            context.Log.Warn(
                "unsent answers",
                $"Cut {connection.Name}: answers of all connections take more than {options.MaxTotalUnsentBytes} "
                + $"bytes, and it has taken none for {stall.TotalSeconds:0.#} s.");
            connection.Abort();
        }
    }
}
