using FastStream.Engine.Sequencing;

namespace FastStream.Engine;

/// <summary>How far an engine that is being opened has come with its replay. Any thread may look.</summary>
internal sealed class RecoveryProgress
{
    private JournalReplay? _replay;
    private long _from;
    private long _to;

    /// <summary>Frames replayed so far.</summary>
    public long FrameCount => Volatile.Read(ref _replay)?.FrameCount ?? 0; // partner: Begin

    /// <summary>Share of the journal behind the newest snapshot that is done, 0 before it begins.</summary>
    public double Fraction
    {
        get
        {
            JournalReplay? replay = Volatile.Read(ref _replay); // partner: Begin
            return replay is null || _to <= _from
                ? 0
                : Math.Clamp((double)(replay.Address - _from) / (_to - _from), 0, 1);
        }
    }

    /// <summary>The opening thread: the replay begins.</summary>
    public void Begin(JournalReplay replay, long from, long to)
    {
        _from = from;
        _to = to;
        Volatile.Write(ref _replay, replay); // releases the two bounds to readers
    }
}
