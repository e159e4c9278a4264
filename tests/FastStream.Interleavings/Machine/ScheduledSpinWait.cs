using System.Runtime.CompilerServices;

namespace FastStream.Interleavings.Machine;

/// <summary>Looks again whenever something has changed; never gives up.</summary>
internal static class ScheduledSpinWait
{
    public static bool SpinUntil(Func<bool> ready, int timeoutMs, [CallerMemberName] string by = "")
    {
        _ = timeoutMs;
        while (!ready())
        {
            if (Actor.WaitTurn(by, () => false, hasTimeout: true) is not Actor actor)
            {
                return true;
            }

            actor.Saw(0, hasWritten: false);
        }

        return true;
    }
}
