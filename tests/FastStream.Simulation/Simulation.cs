using FastStream.Engine.Definitions;
using FastStream.Engine.Journal;
using FastStream.Engine.Sequencing;
using FastStream.Engine.Sequencing.Commands;
using FastStream.Simulation.Checks;
using FastStream.Simulation.Disk;
using FastStream.Simulation.Driving;
using FastStream.Simulation.Network;
using FastStream.Simulation.Scenario;
using FastStream.TestKit.Files;

namespace FastStream.Simulation;

/// <summary>
/// One seed: an engine, its disk, its producers and operators, and whatever goes wrong, all on the calling thread, in
/// an order that follows from the seed alone.
/// </summary>
internal sealed class Simulation
{
    private const int MostSettlingTurns = 4_000;
    private const int Eio = 5;
    private const int WarmUpTurns = 150; // most producers are connected then

    private readonly SimulationPlan _plan;
    private readonly SimulationRandom _random;
    private readonly VirtualClock _clock = new();
    private readonly SimulatedFileSystem _files = new();
    private readonly Checker _checker;
    private readonly EngineHost _host;
    private readonly SimulatedNetwork _network;
    private readonly StateComparison _comparison;
    private readonly List<ControlCommand> _commands = [];
    private readonly Trace _trace;
    private FaultPlan _faults = new();
    private int _openCount;
    private long _looks;

    private Simulation(SimulationPlan plan, Trace trace)
    {
        _plan = plan;
        _trace = trace;
        _random = new SimulationRandom(plan.Seed, 0);
        _checker = new Checker(plan, _random, trace);
        _host = new EngineHost(plan, _files, _clock, _random, _checker, trace);
        _network = new SimulatedNetwork(plan, _host, _checker, _clock, _random);
        _comparison = new StateComparison(plan, _host, _checker, _files, _trace);
        _files.Fault = operation => _faults.Decide(operation);
    }

    /// <summary>Runs a plan, or some of its steps.</summary>
    public static SimulationResult Run(SimulationPlan plan, IReadOnlyList<SimulationStep> steps, bool keepsEvents = false)
    {
        Trace trace = new() { Lines = keepsEvents ? [] : null };
        Simulation simulation = new(plan, trace);
        SimulationFailure? failure = null;
        try
        {
            simulation.Run(steps);
        }
        catch (SimulationFailure found)
        {
            failure = found;
        }
        catch (Exception unexpected) when (unexpected is not OutOfMemoryException)
        {
            failure = new SimulationFailure($"{unexpected.GetType().Name}: {unexpected.Message}\n{unexpected.StackTrace}");
        }

        return simulation.ResultOf(simulation._checker.Failure ?? failure);
    }

    private SimulationResult ResultOf(SimulationFailure? failure) => new()
    {
        Failure = failure?.Message,
        Trace = _trace,
        AckCount = _checker.AckCount,
        ResultCount = _checker.ResultCount,
        SnapshotCount = _checker.SnapshotCount,
        OpenCount = _openCount,
        StepCount = _host.Driver.StepCount,
    };

    private void Run(IReadOnlyList<SimulationStep> steps)
    {
        Reopen();
        RunFreely(WarmUpTurns);
        foreach (SimulationStep step in steps)
        {
            _random.Reseed(_plan.Seed, (ulong)step.Number);
            _trace.Note(step.Kind.ToString(), step.Number);
            Play(step.Kind);
            RunFreely(_random.Next(_random.Of(2, 20, 80)));
        }

        _random.Reseed(_plan.Seed, ulong.MaxValue);
        Settle();
        string[] live = _comparison.Compare("the engine at the end");
        Die(hasPower: true);
        _comparison.CompareRestarts(live);
    }

    private void Play(StepKind kind)
    {
        SimulatedProducer producer = _network.Pick();
        switch (kind)
        {
            case StepKind.Data:
                for (int frames = _random.Next(1, 5); frames > 0; frames--)
                {
                    producer.MakeData(_random);
                }

                break;
            case StepKind.Unreadable:
                producer.MakeUnreadable(_random);
                break;
            case StepKind.Promise:
                producer.MakePromise(_random);
                break;
            case StepKind.End:
                producer.MakeEnd();
                break;
            case StepKind.Duplicate:
                producer.SendDuplicate(_random);
                break;
            case StepKind.Reuse:
                producer.SendReused(_random);
                break;
            case StepKind.Gap:
                producer.SendGap(_random);
                break;
            case StepKind.Cut:
                producer.Disconnect();
                break;
            case StepKind.NewEpoch:
                _network.Connect(producer, takesNewEpoch: true);
                break;
            case StepKind.PassTime:
                _clock.Advance(_random.Of(100, 1_000, 5_000, 11_000, 40_000));
                break;
            case StepKind.JumpClock:
                _clock.Jump(_random.Of(-86_400_000, -5_000, 5_000, 86_400_000));
                break;
            case StepKind.Settle:
                Settle();
                break;
            default:
                PlayOperator(kind);
                break;
        }
    }

    private void PlayOperator(StepKind kind)
    {
        StreamPlan stream = _plan.Streams[_random.Next(_plan.Streams.Length)];
        ViewPlan view = ViewPlan.Templates[_random.Next(ViewPlan.Templates.Count)];
        switch (kind)
        {
            case StepKind.Advance:
                Post(new AdvanceCommand(stream.Name, _clock.NowNs - (_random.Next(60) * 1_000_000_000L)));
                break;
            case StepKind.AddView:
                Post(new AddViewCommand(ViewDefinition.Parse(stream.Name, view.Name, view.Text)));
                break;
            case StepKind.DropView:
                Post(new DropViewCommand(stream.Name, view.Name));
                break;
            case StepKind.Snapshot:
                Post(new CallCommand(() => _host.Core.Snapshots.Begin()));
                break;
            default:
                PlayFault(kind);
                break;
        }
    }

    private void PlayFault(StepKind kind)
    {
        switch (kind)
        {
            case StepKind.FillDisk:
                _files.CapacityBytes = 0;
                break;
            case StepKind.FreeDisk:
                _files.CapacityBytes = long.MaxValue;
                break;
            case StepKind.FailOperation:
                _faults = FaultPlan.Draw(_random, FileFaultKind.Error, Eio);
                break;
            case StepKind.DieInOperation:
                _faults = FaultPlan.Draw(_random, _random.Of(FileFaultKind.Death, FileFaultKind.DeathHalfWay), Eio);
                break;
            case StepKind.Kill:
                Die(hasPower: true);
                Reopen();
                break;
            case StepKind.CutPower:
                Die(hasPower: false);
                Reopen();
                break;
            case StepKind.Restart:
                _host.Close();
                DropConnections();
                Reopen();
                break;
            case StepKind.Rot:
                Die(hasPower: true);
                OpenRotten();
                break;
            default:
                throw new InvalidOperationException($"step {kind} is unknown");
        }
    }

    // Loops, disks and network go on, a step of one of them at a time.
    private void RunFreely(int turns)
    {
        for (int turn = 0; turn < turns; turn++)
        {
            if (_random.OneIn(3))
            {
                _network.Step();
            }
            else
            {
                _host.Driver.StepOne();
            }

            Look();
        }
    }

    private void Post(ControlCommand command)
    {
        _commands.Add(command);
        _host.Core.Sequencer.Post(command);
    }

    // What must hold at every moment, and what follows from a process that has died or an engine that has stopped.
    private void Look()
    {
        if (_checker.Failure is not null)
        {
            throw _checker.Failure;
        }

        AnswerCommands();
        if (_files.IsDead)
        {
            Die(hasPower: _random.OneIn(2));
            Reopen();
        }
        else if (_host.Core.Fault is Exception fault && !_host.HasFailedLog)
        {
            throw new SimulationFailure($"the engine has stopped: {fault}");
        }
        else
        {
            _host.Subscribe();
            CheckRests();
        }
    }

    // At every moment it should hold; looking each time would cost more than the step did.
    private void CheckRests()
    {
        if (_plan.LendsLoops && ++_looks % 4 == 0)
        {
            _host.Driver.CheckRests();
        }
    }

    // As RunAsync has it: whoever waits for a command hears of it when what it journaled is durable.
    private void AnswerCommands()
    {
        for (int i = _commands.Count - 1; i >= 0; i--)
        {
            if (_commands[i].Answer.IsCompleted)
            {
                CommandAnswer answer = _commands[i].Answer.Result;
                if (answer.IsRefused || answer.EndAddress <= _host.Core.Logs.Journal.DurableAddress)
                {
                    _commands.RemoveAt(i);
                    _checker.Promise(answer.EndAddress);
                }
            }
        }
    }

    private void Die(bool hasPower)
    {
        _trace.Note("die", hasPower ? 1 : 0);
        _host.Kill();
        if (!hasPower)
        {
            _files.CutPower(Survival.AtRandom, _random);
            _checker.KeptWritten = false;
        }

        DropConnections();
    }

    private void DropConnections()
    {
        _commands.Clear();
        _network.Drop();
    }

    // Opens until it works: while opening, what was planned to go wrong may go wrong.
    private void Reopen()
    {
        int partitions = _plan.PartitionCounts[_random.Next(_plan.PartitionCounts.Length)];
        for (int attempt = 0; ; attempt++)
        {
            _openCount++;
            try
            {
                _host.Open(partitions);
                break;
            }
            catch (Exception refused) when (IsRefusal(refused))
            {
                bool isExcused = _faults.HasFired || (refused is DataFolderException { Fault: DataFolderFault.DiskFull } && _files.CapacityBytes == 0);
                if (_checker.Failure is not null || !isExcused || attempt > 3)
                {
                    throw _checker.Failure ?? new SimulationFailure($"a sound folder does not open: {refused}");
                }

                AfterFailedOpening();
            }
        }

        DefineStreams();
    }

    // As an operator does who starts the server: what is already there is left alone.
    private void DefineStreams()
    {
        foreach (StreamPlan stream in _plan.Streams)
        {
            Post(new DefineStreamCommand(StreamDefinition.Parse(stream.Name, stream.Text)));
            bool isNew = !_checker.Journal.Model.Streams.ContainsKey(stream.Name);
            foreach (ViewPlan view in stream.Views.Where(_ => isNew))
            {
                Post(new AddViewCommand(ViewDefinition.Parse(stream.Name, view.Name, view.Text)));
            }
        }
    }

    private static bool IsRefusal(Exception exception) =>
        exception is DataFolderException or JournalDamagedException or InvalidDataException;

    private void AfterFailedOpening()
    {
        _trace.Note("no start");
        bool wasDead = _files.IsDead;
        _faults = new FaultPlan();
        _files.CapacityBytes = long.MaxValue;
        _files.Restart();
        if (wasDead && _random.OneIn(2))
        {
            _files.CutPower(Survival.AtRandom, _random);
            _checker.KeptWritten = false;
        }
    }

    // A flipped bit is noticed, or it lies where nothing is or before the newest snapshot; never is the state another one.
    private void OpenRotten()
    {
        _faults = new FaultPlan();
        BitRot rot = BitRot.Flip(_files, _random);
        _trace.Note("rot", rot.Offset);
        long damagedAt = rot.FindDamage();

        // Above the last flush a changed byte is no other thing than a torn tail, and only flushed bytes were promised
        // to outlive more than the process.
        _checker.KeptWritten = false;
        try
        {
            _openCount++;
            _host.Open(_plan.PartitionCounts[0]);
        }
        catch (Exception refused) when (IsRefusal(refused) && _checker.Failure is null)
        {
            _trace.Note("noticed");
            rot.Undo();
            _files.Restart();
            Reopen();
            return;
        }

        long readFrom = _host.StartOf(rot.Log);
        if (damagedAt >= readFrom)
        {
            throw new SimulationFailure($"the {rot.Log} log was read from {readFrom} on, and damage at {damagedAt} was not noticed");
        }

        DefineStreams(); // what defined them may have been a part of the torn tail
        Settle();
        if (damagedAt >= 0)
        {
            _trace.Note("found by verify", damagedAt);
            rot.Undo(); // or a replay from zero would meet it, and had to refuse
        }
    }

    /// <summary>Everything that was sent is answered and durable, and then state and results are the model's.</summary>
    private void Settle()
    {
        _faults = new FaultPlan();
        _files.CapacityBytes = long.MaxValue;
        if (_host.HasFailedLog)
        {
            Die(hasPower: true);
            Reopen();
        }

        int quiet = 0;
        for (int turn = 0; quiet < 3; turn++)
        {
            bool moved = _host.Driver.StepAll();
            for (int i = 0; i < 2 * _plan.Producers.Length; i++)
            {
                moved |= _network.Step();
            }

            Look();
            moved |= !_host.IsQuiet || _commands.Count > 0 || !_network.IsDone;
            quiet = moved ? 0 : quiet + 1;
            _clock.Advance(moved && !_random.OneIn(8) ? 0 : 40);
            if (turn > MostSettlingTurns)
            {
                throw new SimulationFailure("it does not come to rest: " + _network.Describe());
            }
        }

        _comparison.Compare("the running engine");
    }
}
