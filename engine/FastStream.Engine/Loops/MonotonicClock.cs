namespace FastStream.Engine.Loops;

/// <summary>Time that only goes on, from the engine's own clock.</summary>
internal static class MonotonicClock
{
    /// <summary>Milliseconds since some moment; never goes back.</summary>
    public static long Milliseconds(this TimeProvider clock) =>
        clock.GetElapsedTime(0).Ticks / TimeSpan.TicksPerMillisecond;
}
