using FastStream.Engine.Monitoring;
using FastStream.Protocol;

namespace FastStream.Engine.Ingress.Tcp;

/// <summary>
/// Looks at a connection's bounds now and then: closes what has passed one, drops what was told to go.
/// </summary>
/// <remarks>Owner: the listener's sweep, one turn at a time.</remarks>
internal sealed class ConnectionBounds(ListenerContext context, ConnectionWatch watch, Outbox outbox)
{
    private long _closedSince;
    private bool _isClosedSeen;

    /// <summary>True when the connection must be dropped without another word.</summary>
    /// <param name="now">The time.</param>
    /// <param name="connection">Whose bounds they are.</param>
    /// <param name="isQuiet">Whether nothing goes on that has a bound of less than a minute.</param>
    public bool Check(long now, Connection connection, out bool isQuiet)
    {
        FrameListenerOptions options = context.Options;
        long acks = outbox.TakeAckFrames();
        if (acks > 0)
        {
            context.Counters.Count(EngineCounter.AcksSent, acks);
        }

        isQuiet = acks == 0 && !outbox.IsClosed && !outbox.IsAbove && watch.Phase == ConnectionPhase.Quiet;

        if (outbox.IsTooSlow(now))
        {
            context.Counters.Count(EngineCounter.SlowReadersCut);
            context.Log.Warn(
                "slow reader", $"Cut {connection.Name}: its answers were not read for {options.MaxUnsentTime}.");
            return true;
        }

        if (outbox.IsClosed)
        {
            if (_isClosedSeen)
            {
                return options.Time.GetElapsedTime(_closedSince, now) > options.CloseTimeout;
            }

            _isClosedSeen = true;
            _closedSince = now;
        }
        else if (watch.FindFault(now) is (ErrorCode code, EngineCounter counter, string text))
        {
            context.Counters.Count(counter);
            context.Log.Warn(code.WireName(), $"Closed {connection.Name}: {text}.");
            outbox.Close(code, text);
        }

        return false;
    }
}
