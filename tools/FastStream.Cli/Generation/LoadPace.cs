using System.Diagnostics;

namespace FastStream.Cli.Generation;

/// <summary>
/// When frames are due. With a rate the schedule is fixed (open loop): a frame's latency counts from the moment it was
/// due, so that a stalled server cannot hide its stall by slowing the sender. One thread.
/// </summary>
internal sealed class LoadPace(int recordsPerFrame, double recordsPerSecond)
{
    private readonly double _ticksPerFrame =
        recordsPerSecond > 0 ? recordsPerFrame / recordsPerSecond * Stopwatch.Frequency : 0;

    private long _startedAt;
    private long _frames;

    /// <summary>Returns at once without a rate; gives the moment that the frame was due.</summary>
    public long WaitForTurn(CancellationToken stop)
    {
        long now = Stopwatch.GetTimestamp();
        if (_ticksPerFrame == 0)
        {
            return now;
        }

        _startedAt = _frames == 0 ? now : _startedAt;
        long due = _startedAt + (long)(_frames++ * _ticksPerFrame);
        while ((now = Stopwatch.GetTimestamp()) < due)
        {
            TimeSpan left = TimeSpan.FromSeconds((double)(due - now) / Stopwatch.Frequency);
            stop.WaitHandle.WaitOne(left);
            stop.ThrowIfCancellationRequested();
        }

        return due;
    }
}
