namespace FastStream.Simulation.Driving;

/// <summary>Time that passes when the simulation says so: a wall clock, which may jump, and one that only goes on.</summary>
internal sealed class VirtualClock : TimeProvider
{
    private const long NsPerMs = 1_000_000;

    private long _monotonicNs = NsPerMs;

    /// <summary>What the wall clock says, in nanoseconds since 1970.</summary>
    public long NowNs { get; private set; } = 1_704_067_200_000_000_000;

    /// <summary>Milliseconds that have passed.</summary>
    public long ElapsedMs => _monotonicNs / NsPerMs;

    /// <inheritdoc/>
    public override long TimestampFrequency => 1_000_000_000;

    /// <summary>Time passes.</summary>
    public void Advance(long milliseconds)
    {
        _monotonicNs += milliseconds * NsPerMs;
        NowNs += milliseconds * NsPerMs;
    }

    /// <summary>Somebody sets the wall clock.</summary>
    public void Jump(long milliseconds) => NowNs += milliseconds * NsPerMs;

    /// <inheritdoc/>
    public override long GetTimestamp() => _monotonicNs;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(NowNs / 100);
}
