using FastStream.Engine.Loops;
using FastStream.Engine.Memory;
using FastStream.TestKit.Engines;

namespace FastStream.Tests.Embedding;

/// <summary>
/// Loops that rest until a test steps them, on its own thread, so that a thread which brings work may always borrow
/// those that were not woken. Waiting for a task steps all of them.
/// </summary>
internal sealed class HeldDriver : CallerDriver
{
    private const int MostTurns = 10_000;

    private readonly List<IEngineLoop> _loops = [];
    private readonly HashSet<IEngineLoop> _ended = [];

    /// <summary>The loop in whose own step this thread is; null in a borrowed one.</summary>
    public string? Stepping { get; private set; }

    /// <inheritdoc/>
    public override bool LendsLoops => true;

    /// <inheritdoc/>
    public override Parker CreateParker() => new();

    /// <inheritdoc/>
    public override void Start(IEngineLoop loop)
    {
        loop.Begin();
        loop.Parker.Announce(mayLend: true);
        _loops.Add(loop);
    }

    /// <summary>A step of the loop's own; false when there was nothing to do.</summary>
    public bool Step(string name)
    {
        IEngineLoop loop = _loops.Single(one => one.Name == name);
        if (_ended.Contains(loop))
        {
            return false;
        }

        loop.Parker.Cancel();
        Stepping = name;
        LoopStep step = loop.Step();
        Stepping = null;
        if (step == LoopStep.Ended)
        {
            _ended.Add(loop);
        }
        else
        {
            loop.Parker.Announce(mayLend: true);
        }

        return step != LoopStep.Idle;
    }

    /// <summary>Steps of all until none has anything to do.</summary>
    public void StepAll()
    {
        while (_loops.Aggregate(false, (moved, loop) => Step(loop.Name) || moved))
        {
        }
    }

    /// <inheritdoc/>
    public override void Join(IEngineLoop loop) => RunUntil(() => !_loops.Contains(loop) || _ended.Contains(loop));

    /// <inheritdoc/>
    public override Task PauseAsync()
    {
        StepAll();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override void RunUntil(Func<bool> ready)
    {
        for (int turn = 0; !ready(); turn++)
        {
            Assert.True(turn < MostTurns, "what is waited for does not come");
            _loops.ForEach(loop => Step(loop.Name));
        }
    }
}
