namespace FastStream.Interleavings.Machine;

/// <summary>One processor, so that nobody spins before it rests, and a clock that stands.</summary>
internal static class ScheduledEnvironment
{
    public static int ProcessorCount => 1;

    public static long TickCount64 => 0;

    public static string? GetEnvironmentVariable(string name) => System.Environment.GetEnvironmentVariable(name);
}
