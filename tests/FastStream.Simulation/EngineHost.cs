using FastStream.Engine;
using FastStream.Engine.Journal;
using FastStream.Engine.Memory;
using FastStream.Engine.Results;
using FastStream.Engine.Sequencing;
using FastStream.Engine.Snapshots;
using FastStream.Simulation.Checks;
using FastStream.Simulation.Disk;
using FastStream.Simulation.Driving;
using FastStream.Simulation.Scenario;
using FastStream.TestKit.Files;

namespace FastStream.Simulation;

/// <summary>One engine at a time over one file system: opens it, ends it in several ways, opens it again.</summary>
internal sealed class EngineHost(
    SimulationPlan plan,
    SimulatedFileSystem files,
    VirtualClock clock,
    SimulationRandom random,
    Checker checker,
    Trace trace)
{
    private const string Root = "/";

    [ThreadStatic]
    private static BlockPool? t_pool;

    private readonly SteppingDriver _driver = new(clock, random, trace, plan.LendsLoops);
    private readonly HashSet<(uint, uint)> _subscribed = [];
    private SimulatedEntryLog[] _logs = [];
    private readonly HashSet<string> _whole = []; // logs that were created in full

    /// <summary>The engine, or null while the process is dead.</summary>
    public IngestionEngine? Engine { get; private set; }

    public EngineCore Core => Engine!.Core;

    public SteppingDriver Driver => _driver;

    /// <summary>The journal, results and state logs.</summary>
    public IReadOnlyList<SimulatedEntryLog> Logs => _logs;

    /// <summary>An operation has failed, as was asked for: the engine may stop for that.</summary>
    public bool HasFailedLog => files.IsDead || _logs.Any(log => log.Fault is not null);

    /// <summary>Everything rests.</summary>
    public bool IsQuiet => _logs.All(log => log.IsQuiet);

    /// <summary>Where the start began to read a log: at the newest snapshot, or at the log's beginning.</summary>
    public long StartOf(string log) => log switch
    {
        "journal" => Snapshots is [.., SnapshotInfo newest] ? newest.Address : _logs[0].BeginAddress,
        "results" => _logs[1].BeginAddress,
        _ => Snapshots is [.., SnapshotInfo newest] ? newest.FirstChunkAddress : _logs[2].BeginAddress,
    };

    /// <summary>The snapshots that are kept, oldest first.</summary>
    public List<SnapshotInfo> Snapshots => SnapshotLoader.Find(_logs[2]);

    /// <summary>Opens an engine. Throws what opening throws.</summary>
    public void Open(int partitionCount, bool isPassive = false, long? until = null)
    {
        List<SimulatedEntryLog> opened = [];
        try
        {
            foreach ((string name, EntryLogSettings settings) in Settings())
            {
                opened.Add(new SimulatedEntryLog(files, name, Root + name, settings, _whole.Contains(name), checker));
            }

            _logs = [.. opened];
            _whole.UnionWith(_logs.Select(log => log.Name));
            checker.Begin(_logs[0], _logs[1]);
            _driver.Use(_logs);
            Engine = IngestionEngine.Open(OptionsFor(partitionCount, isPassive) with { ReplayUntil = until }, new EngineLogs(_logs[0], _logs[1], _logs[2]));
        }
        catch
        {
            opened.ForEach(log => log.Kill());
            opened.ForEach(log => log.Dispose());
            _driver.Forget();
            throw;
        }

        _subscribed.Clear();
        checker.Count(Engine.Counters);
    }

    /// <summary>Subscribes to views that are new.</summary>
    public void Subscribe()
    {
        foreach (StreamState stream in Core.State.Streams)
        {
            foreach (ViewEntry view in stream.Views)
            {
                int id = view.Definition.Id;
                if (_subscribed.Add((stream.Id, (uint)id)))
                {
                    ResultsView results = Core.Results.Catalog.Get(stream.Id, (uint)id);
                    Core.Results.Gate.Subscribe(
                        results, ResultLevel.Durable, rows => checker.OnResults(rows, rows.CauseAddress, id), onFault: null);
                }
            }
        }
    }

    /// <summary>The process dies.</summary>
    public void Kill()
    {
        foreach (SimulatedEntryLog log in _logs)
        {
            log.Kill();
        }

        Close();
        files.Restart();
    }

    /// <summary>Somebody has removed a log: the next start makes another.</summary>
    public void Forget(string log) => _whole.Remove(log);

    /// <summary>Ends it in order, as far as its logs still work.</summary>
    public void Close()
    {
        Engine?.Dispose();
        if (Engine?.Core.Blocks is { OutstandingCount: 0 } clean)
        {
            t_pool = clean;
        }

        Engine = null;
        _driver.Forget();
    }

    // Pinned memory is dear to get: a pool that has got all back serves the next engine, of whatever seed.
    private BlockPool TakePool()
    {
        BlockPool? pool = t_pool;
        t_pool = null;
        return pool is not null && pool.LimitBytes == plan.Limits.MaxInFlightBytes
            ? pool
            : new BlockPool(plan.Limits.MaxInFlightBytes);
    }

    private IEnumerable<(string Name, EntryLogSettings Settings)> Settings() =>
        [("journal", plan.Journal), ("results", plan.Results), ("state", plan.State)];

    private IngestionEngineOptions OptionsFor(int partitionCount, bool isPassive) => new()
    {
        DataDirectory = Root,
        Partitions = partitionCount,
        Clock = clock,
        Driver = _driver,
        Sizes = plan.Sizes,
        Limits = plan.Limits,
        Blocks = TakePool(),
        FrameRingSlots = plan.FrameRingSlots,
        Snapshots = plan.Snapshots,
        JournalRetention = plan.CutsJournal
            ? new RetentionPolicy { MaxAge = TimeSpan.FromSeconds(5) }
            : RetentionPolicy.KeepAll,
        AllowNewStreams = false,
        IsPassive = isPassive,
    };
}
