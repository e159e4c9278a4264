using CsCheck;
using FastStream.Engine.Ingress;

namespace FastStream.Tests.Ingress;

/// <summary>Goal: who waits for a sequence is woken exactly when it is reached, or told why it never will be.</summary>
public sealed class SequenceWaitersTests
{
    [Fact]
    public void EveryTaskIsAsAListOfWaitersSays() =>
        Gen.Const(() => (new Waiting(), new Model())).SampleModelBased(
            Gen.ULong[0, 20].Operation<Waiting, Model>((w, s) => w.Ask(s), (m, s) => m.Ask(s)),
            Gen.ULong[0, 20].Operation<Waiting, Model>((w, s) => w.Waiters.Reach(s), (m, s) => m.Reach(s)),
            Gen.Int[0, 9].Operation<Waiting, Model>((w, die) => w.Fail(die == 0), (m, die) => m.Fail(die == 0)),
            equal: (w, m) => w.States().SequenceEqual(m.States),
            iter: 3_000);

    [Fact]
    public async Task NoWaiterIsForgottenWhileTheSequenceRises()
    {
        const ulong Last = 20_000;
        SequenceWaiters waiters = new();
        Task[] askers =
        [
            .. Enumerable.Range(0, 3).Select(number => Task.Run(async () =>
            {
                for (ulong sequence = (ulong)number; sequence <= Last; sequence += 7)
                {
                    await waiters.WhenReached(sequence);
                    Assert.True(waiters.Reached >= sequence);
                }
            })),
        ];
        Task riser = Task.Run(() =>
        {
            for (ulong sequence = 1; sequence <= Last; sequence++)
            {
                waiters.Reach(sequence);
            }
        });
        await Task.WhenAll([riser, .. askers]).WaitAsync(TimeSpan.FromMinutes(2));
    }

    private sealed class Waiting
    {
        private readonly List<Task> _tasks = [];

        public SequenceWaiters Waiters { get; } = new();

        public void Ask(ulong sequence) => _tasks.Add(Waiters.WhenReached(sequence));

        public void Fail(bool really)
        {
            if (really)
            {
                Waiters.Fail(new IOException("over"));
            }
        }

        public IEnumerable<char> States() => _tasks.Select(t => t.IsFaulted ? 'f' : t.IsCompleted ? 'c' : 'w');
    }

    private sealed class Model
    {
        private readonly List<(ulong Sequence, char State)> _tasks = [];
        private ulong _reached;
        private bool _hasFailed;

        public IEnumerable<char> States => _tasks.Select(t => t.State);

        public void Ask(ulong sequence) => _tasks.Add((sequence, sequence <= _reached ? 'c' : _hasFailed ? 'f' : 'w'));

        public void Reach(ulong sequence)
        {
            _reached = Math.Max(_reached, sequence);
            Change(t => t.Sequence <= _reached, 'c');
        }

        public void Fail(bool really)
        {
            _hasFailed |= really;
            Change(_ => really, 'f');
        }

        private void Change(Func<(ulong Sequence, char State), bool> which, char state)
        {
            for (int i = 0; i < _tasks.Count; i++)
            {
                _tasks[i] = _tasks[i].State == 'w' && which(_tasks[i]) ? (_tasks[i].Sequence, state) : _tasks[i];
            }
        }
    }
}
