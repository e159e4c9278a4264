using FastStream.Engine.Monitoring;
using FastStream.Protocol;

namespace FastStream.Engine.Ingress.Tcp;

/// <summary>One connection's times: when it began to wait for what. The listener looks at them now and then.</summary>
/// <remarks>
/// Writer: the pump. Reader: the listener's sweep. The pump writes the time before the phase (release), the sweep reads
/// the phase before the time (acquire), so a sweep may see a time that is too new, never one that is too old.
/// </remarks>
internal sealed class ConnectionWatch(FrameListenerOptions options)
{
    private long _since = options.Time.GetTimestamp();
    private long _frameBytes;
    private int _phase = (int)ConnectionPhase.Hello;

    public ConnectionPhase Phase => (ConnectionPhase)Volatile.Read(ref _phase); // partner: Enter

    /// <summary>Pump: a phase begins.</summary>
    public void Enter(ConnectionPhase phase)
    {
        Volatile.Write(ref _since, options.Time.GetTimestamp());
        Volatile.Write(ref _phase, (int)phase); // partner: Phase
    }

    /// <summary>Pump: so many bytes of the frame that is on its way are here; the first ones begin the phase.</summary>
    public void NoteFrameBytes(long bytes, bool isNew)
    {
        Volatile.Write(ref _frameBytes, bytes); // partner: FindFault; bytes of an older frame are at worst too few
        if (isNew)
        {
            Enter(ConnectionPhase.InFrame);
        }
    }

    /// <summary>Sweep: which bound has been passed, with its counter and one line; null when none.</summary>
    public (ErrorCode Code, EngineCounter Counter, string Text)? FindFault(long now)
    {
        ConnectionPhase phase = Phase;
        TimeSpan elapsed = options.Time.GetElapsedTime(Volatile.Read(ref _since), now); // partner: Enter
        switch (phase)
        {
            case ConnectionPhase.Hello when elapsed > options.HelloTimeout:
                return (ErrorCode.HelloTimeout, EngineCounter.HelloTimeouts,
                    $"no hello came within {options.HelloTimeout.TotalSeconds:0.###} s: send it at once");
            case ConnectionPhase.Quiet when elapsed > options.IdleTimeout:
                return (ErrorCode.Idle, EngineCounter.IdleConnectionsCut,
                    $"nothing came for {options.IdleTimeout.TotalSeconds:0.###} s: send a ping at least every minute");
            case ConnectionPhase.InFrame when elapsed > options.SlowFrameGrace:
                long bytes = Volatile.Read(ref _frameBytes); // partner: NoteFrameBytes
                double rate = bytes / elapsed.TotalSeconds;
                return rate >= options.MinFrameBytesPerSecond
                    ? null
                    : (ErrorCode.TooSlow, EngineCounter.SlowSendersCut,
                        $"a frame came at {rate:0} bytes a second for {elapsed.TotalSeconds:0.###} s, at least "
                        + $"{options.MinFrameBytesPerSecond} are asked for: send whole frames without pauses");
            default:
                return null;
        }
    }
}
