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
    public bool Check(long now, Connection connection)
    {
        FrameListenerOptions options = context.Options;
        if (outbox.TakeAckFrames() is > 0 and long acks)
        {
            context.Counters.Count(EngineCounter.AcksSent, acks);
        }

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
