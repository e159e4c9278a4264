using System.Runtime.CompilerServices;

namespace FastStream.Interleavings.Machine;

/// <summary>Full fences: what the actor has stored before is in memory first.</summary>
internal static class ScheduledInterlocked
{
    public static long Exchange(ref long location, long value, [CallerMemberName] string by = "")
    {
        Actor? actor = Actor.Turn(by, isFence: true);
        long before = location;
        location = value;
        actor?.Saw(before, hasWritten: before != value);
        return before;
    }

    public static long CompareExchange(ref long location, long value, long comparand, [CallerMemberName] string by = "")
    {
        Actor? actor = Actor.Turn(by, isFence: true);
        long before = location;
        if (before == comparand)
        {
            location = value;
        }

        actor?.Saw(before, hasWritten: before == comparand && before != value);
        return before;
    }

    public static void MemoryBarrier([CallerMemberName] string by = "") =>
        Actor.Turn(by, isFence: true)?.Saw(0, hasWritten: false);
}
