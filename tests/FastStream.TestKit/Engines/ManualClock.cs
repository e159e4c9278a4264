namespace FastStream.TestKit.Engines;

/// <summary>A clock that stands where the test puts it.</summary>
internal sealed class ManualClock : TimeProvider
{
    private long _nowNs;

    /// <summary>Nanoseconds since 1970; whole ticks of 100 only.</summary>
    public long NowNs
    {
        get => Volatile.Read(ref _nowNs);   // partner: the write below, on the test's thread
        set => Volatile.Write(ref _nowNs, value);
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(NowNs / 100);
}
