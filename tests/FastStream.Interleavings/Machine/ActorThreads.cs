using System.Diagnostics.CodeAnalysis;

namespace FastStream.Interleavings.Machine;

/// <summary>Threads that serve the actors of one run after the other.</summary>
internal sealed class ActorThreads : IDisposable
{
    private static readonly TimeSpan s_stuck = TimeSpan.FromMinutes(2);

    private readonly List<Worker> _workers = [];
    private readonly CountdownEvent _running = new(1);

    /// <summary>Runs each actor on a thread of its own, and returns when all have ended.</summary>
    public void Run(Actor[] actors, Action begin)
    {
        while (_workers.Count < actors.Length)
        {
            _workers.Add(new Worker(_running));
        }

        _running.Reset(actors.Length);
        for (int i = 0; i < actors.Length; i++)
        {
            _workers[i].Begin(actors[i].Run);
        }

        begin();
        if (!_running.Wait(s_stuck))
        {
            throw new TimeoutException($"A run does not end; at: {string.Join(", ", actors.Select(one => $"{one.Name} {one.About}"))}");
        }
    }

    public void Dispose()
    {
        _workers.ForEach(worker => worker.Begin(null));
        _running.Dispose();
    }

    [SuppressMessage("Design", "CA1001", Justification = "its thread waits on it until the process ends")]
    private sealed class Worker
    {
        private readonly SemaphoreSlim _begun = new(0);
        private readonly CountdownEvent _running;
        private Action? _work;

        public Worker(CountdownEvent running)
        {
            _running = running;
            new Thread(Serve) { IsBackground = true, Name = "actor" }.Start();
        }

        public void Begin(Action? work)
        {
            _work = work;
            _begun.Release();
        }

        private void Serve()
        {
            for (_begun.Wait(); _work is Action work; _begun.Wait())
            {
                Scenarios.EngineFields.ForgetThread();
                work();
                _running.Signal();
            }
        }
    }
}
