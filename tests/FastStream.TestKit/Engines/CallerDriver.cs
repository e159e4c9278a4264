using FastStream.Engine.Loops;

namespace FastStream.TestKit.Engines;

/// <summary>A driver without threads of its own: whoever waits for a task runs the loops until it is there.</summary>
internal abstract class CallerDriver : EngineDriver
{
    /// <inheritdoc/>
    public override Task When(Task task)
    {
        RunUntil(() => task.IsCompleted);
        return task;
    }

    /// <inheritdoc/>
    public override Task<T> When<T>(Task<T> task)
    {
        RunUntil(() => task.IsCompleted);
        return task;
    }

    /// <inheritdoc/>
    public override Task WhenAny(params Task[] tasks)
    {
        RunUntil(() => Array.Exists(tasks, task => task.IsCompleted));
        return Task.CompletedTask;
    }

    /// <summary>Runs everything until something is so; fails where it never comes.</summary>
    public abstract void RunUntil(Func<bool> ready);
}
