using System.Runtime.CompilerServices;

namespace FastStream.Interleavings.Machine;

/// <summary>Reads of words that are written by interlocked operations only, so that no store of the actor's waits.</summary>
internal static class ScheduledVolatile
{
    public static long Read(ref long location, [CallerMemberName] string by = "")
    {
        Actor? actor = Actor.Turn(by, isFence: false);
        long value = location;
        actor?.Saw(value, hasWritten: false);
        return value;
    }
}
