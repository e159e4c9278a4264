using FastStream.Engine.Memory;

namespace FastStream.Engine.Loops;

/// <summary>
/// The product's driver: a background thread for each loop, which rests at its parker when it is idle.
/// </summary>
internal sealed class ThreadDriver : EngineDriver
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(1);

    [ThreadStatic]
    private static bool t_isLoopThread;

    private readonly Dictionary<IEngineLoop, Thread> _threads = []; // the opening thread, then the closing one

    /// <summary>Whether the calling thread is a loop's, of whatever engine.</summary>
    public static bool IsLoopThread => t_isLoopThread;

    /// <inheritdoc/>
    public override Parker CreateParker() => new();

    /// <inheritdoc/>
    public override bool LendsLoops => true;

    /// <inheritdoc/>
    public override void Start(IEngineLoop loop)
    {
        Thread thread = new(() => Run(loop)) { IsBackground = true, Name = $"FastStream {loop.Name}" };
        _threads.Add(loop, thread);
        thread.Start();
    }

    /// <inheritdoc/>
    public override void Join(IEngineLoop loop)
    {
        if (_threads.TryGetValue(loop, out Thread? thread))
        {
            thread.Join();
        }
    }

    /// <inheritdoc/>
    public override Task When(Task task) => task;

    /// <inheritdoc/>
    public override Task<T> When<T>(Task<T> task) => task;

    /// <inheritdoc/>
    public override Task WhenAny(params Task[] tasks) => Task.WhenAny(tasks);

    /// <inheritdoc/>
    public override Task PauseAsync() => Task.Delay(s_pause);

    private static void Run(IEngineLoop loop)
    {
        t_isLoopThread = true;
        loop.Begin();
        for (LoopStep step = loop.Step(); step != LoopStep.Ended; step = loop.Step())
        {
            if (step == LoopStep.Idle)
            {
                loop.Rest();
            }
        }
    }
}
