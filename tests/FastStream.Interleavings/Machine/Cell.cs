using System.Runtime.CompilerServices;

namespace FastStream.Interleavings.Machine;

/// <summary>
/// A word of memory with one writer, which stores plainly: the store waits in the writer's buffer until a fence of his
/// or until the machine pleases, and he alone sees it before (as on x86).
/// </summary>
internal sealed class Cell
{
    /// <summary>What is in memory.</summary>
    public long Value { get; set; }

    /// <summary>What its writer sees: no turn of its own, since nobody else changes it.</summary>
    public long Own => Actor.Current?.StoredIn(this) ?? Value;

    /// <summary>No turn of its own: nobody else can tell when a store enters the buffer.</summary>
    public void Write(long value) => Actor.Current?.Store(this, value);

    public long Read([CallerMemberName] string by = "")
    {
        Actor? actor = Actor.Turn(by, isFence: false);
        long value = Own;
        actor?.Saw(value, hasWritten: false);
        return value;
    }
}
