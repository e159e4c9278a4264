using System.Runtime.CompilerServices;

namespace FastStream.Interleavings.Machine;

/// <summary>An event with at most one permit. Waiting for ever is for ever; a time-out comes when something has changed.</summary>
internal sealed class ScheduledEvent
{
    public ScheduledEvent(bool initialState) => IsSet = initialState;

    public bool IsSet { get; private set; }

    public void Set([CallerMemberName] string by = "")
    {
        Actor? actor = Actor.Turn(by, isFence: true);
        bool before = IsSet;
        IsSet = true;
        actor?.Saw(before ? 1 : 0, hasWritten: !before);
    }

    public bool WaitOne(int timeoutMs, [CallerMemberName] string by = "")
    {
        Actor? actor = Actor.WaitTurn(by, () => IsSet, hasTimeout: timeoutMs >= 0);
        bool before = IsSet;
        IsSet = false;
        actor?.Saw(before ? 1 : 0, hasWritten: before);
        return before;
    }
}
