using FastStream.Engine.Memory;

namespace FastStream.Engine.Loops;

/// <summary>
/// Who runs the engine's loops, and how somebody waits for them: a thread for each, or one caller who steps them in an
/// order of its choice, as a simulation does. One driver an engine.
/// </summary>
/// <remarks>
/// A loop never waits for another one but through its parker, and whoever is no loop waits through
/// <see cref="When(Task)"/> and its kin: so a driver sees every wait there is.
/// </remarks>
internal abstract class EngineDriver
{
    /// <summary>Where a loop of this driver rests.</summary>
    public abstract Parker CreateParker();

    /// <summary>Whether a thread that brings work may step loops that rest.</summary>
    public abstract bool LendsLoops { get; }

    /// <summary>From now on the loop is stepped.</summary>
    public abstract void Start(IEngineLoop loop);

    /// <summary>Returns when a loop that was started has ended; at once for one that was not.</summary>
    public abstract void Join(IEngineLoop loop);

    /// <summary>
    /// A task to await in place of one that the loops will complete. The caller is no loop.
    /// </summary>
    public abstract Task When(Task task);

    /// <inheritdoc cref="When(Task)"/>
    public abstract Task<T> When<T>(Task<T> task);

    /// <summary>The same for the first of several.</summary>
    public abstract Task WhenAny(params Task[] tasks);

    /// <summary>For whoever must look again and again: completes after a moment.</summary>
    public abstract Task PauseAsync();
}
