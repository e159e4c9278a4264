using FastStream.Engine.Loops;

namespace FastStream.Engine.Snapshots;

/// <summary>
/// How fast partitions may save, so that a snapshot takes little from frames: so many bytes a second, and no slower
/// than brings it to its end before half of what calls for the next one has been journaled.
/// </summary>
/// <remarks>Immutable but for <see cref="IsOff"/>; read by the partitions.</remarks>
internal sealed class SnapshotPace(SnapshotOptions options, TimeProvider clock, int partitionCount)
{
    // What needs no spreading: a state of this size is saved at once.
    private const long FreeBytes = 1 << 20;

    private const int MsPerSecond = 1_000;
    private readonly long _bytesPerSecond = Math.Max(1, options.BytesPerSecond / partitionCount);
    private readonly double _journalBytes = options.EveryBytes / 2.0;
    private volatile bool _isOff;

    /// <summary>Set once, by any thread: the engine closes, and waits for the last snapshot.</summary>
    public bool IsOff
    {
        get => _isOff;
        set => _isOff = value;
    }

    /// <summary>The time that saving is measured by.</summary>
    public long NowMs => clock.Milliseconds();

    /// <summary>
    /// Whether a partition that has saved so many of its bytes may go on, so long after the mark, at which the journal
    /// was shorter by <paramref name="journaled"/>.
    /// </summary>
    public bool MaySave(long saved, long total, long elapsedMs, long journaled) =>
        _isOff
        || saved < FreeBytes + (elapsedMs * _bytesPerSecond / MsPerSecond)
        || saved < total * (journaled / _journalBytes);

    /// <summary>How long a partition that may not go on rests, if no frame comes.</summary>
    public int RestMs(long saved, long elapsedMs)
    {
        long dueMs = ((saved - FreeBytes) * MsPerSecond / _bytesPerSecond) + 1;
        return (int)Math.Clamp(dueMs - elapsedMs, 1, 100);
    }
}
