using CsCheck;
using FastStream.Engine.Delivery;
using FastStream.Engine.Journal;

namespace FastStream.Tests.Delivery;

/// <summary>Goal: who waits for durability is told exactly when it is there, or why it will not come.</summary>
public sealed class DurableWaitersTests
{
    [Fact]
    public void EveryTaskIsAsAListOfWaitersSays() =>
        Gen.Const(() => (new Waiting(new ManualLog()), new Model())).SampleModelBased(
            Gen.Long[0, 20].Operation<Waiting, Model>((w, a) => w.Ask(a), (m, a) => m.Ask(a)),
            Gen.Long[0, 20].Operation<Waiting, Model>((w, a) => w.Rise(a), (m, a) => m.Rise(a)),
            Gen.Int[0, 19].Operation<Waiting, Model>((w, die) => w.End(die), (m, die) => m.End(die)),
            equal: (w, m) => w.States().SequenceEqual(m.States),
            iter: 3_000);

    [Fact]
    public async Task NoWaiterIsForgottenWhileTheJournalBecomesDurable()
    {
        const long Last = 20_000;
        ManualLog log = new();
        DurableWaiters waiters = new(log);
        Task[] askers =
        [
            .. Enumerable.Range(0, 3).Select(number => Task.Run(async () =>
            {
                for (long address = number; address <= Last; address += 7)
                {
                    await waiters.WhenDurable(address);
                    Assert.True(log.DurableAddress >= address);
                }
            })),
        ];
        Task journal = Task.Run(() =>
        {
            for (long address = 1; address <= Last; address++)
            {
                log.DurableAddress = address;
                waiters.Release();
            }
        });
        await Task.WhenAll([journal, .. askers]).WaitAsync(TimeSpan.FromMinutes(2));
    }

    private sealed class Waiting
    {
        private readonly ManualLog _log;
        private readonly DurableWaiters _waiters;
        private readonly List<Task> _tasks = [];

        public Waiting(ManualLog log)
        {
            _log = log;
            _waiters = new DurableWaiters(log);
        }

        public void Ask(long address) => _tasks.Add(_waiters.WhenDurable(address));

        public void Rise(long address)
        {
            _log.DurableAddress = Math.Max(_log.DurableAddress, _log.Fault is null ? address : 0);
            _waiters.Release();
        }

        public void End(int die)
        {
            if (die == 0)
            {
                _log.Fault ??= new LogFault("manual", "flush", 5, "planted");
                _waiters.Release();
            }
            else if (die == 1)
            {
                _waiters.Abandon(null);
            }
        }

        public IEnumerable<char> States() => _tasks.Select(t => t.IsFaulted ? 'f' : t.IsCompleted ? 'c' : 'w');
    }

    private sealed class Model
    {
        private readonly List<(long Address, char State)> _tasks = [];
        private long _durable;
        private bool _hasFailed;
        private bool _isOver;

        public IEnumerable<char> States => _tasks.Select(t => t.State);

        public void Ask(long address) => _tasks.Add(
            (address, address <= _durable ? 'c' : _isOver || _hasFailed ? 'f' : 'w'));

        public void Rise(long address)
        {
            _durable = Math.Max(_durable, _hasFailed ? 0 : address);
            Change(t => t.Address <= _durable, 'c');
        }

        public void End(int die)
        {
            _hasFailed |= die == 0;
            _isOver |= die == 1;
            Change(_ => die <= 1, 'f');
        }

        private void Change(Func<(long Address, char State), bool> which, char state)
        {
            for (int i = 0; i < _tasks.Count; i++)
            {
                _tasks[i] = _tasks[i].State == 'w' && which(_tasks[i]) ? (_tasks[i].Address, state) : _tasks[i];
            }
        }
    }
}
