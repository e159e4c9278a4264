namespace FastStream.Tests.Results;

/// <summary>A clock that moves when the test says so.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _ticks); // partner: the add in Advance

    internal void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks); // partner: GetTimestamp
}
