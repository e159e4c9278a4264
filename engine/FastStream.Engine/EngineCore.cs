using FastStream.Engine.Delivery;
using FastStream.Engine.Ingress;
using FastStream.Engine.Loops;
using FastStream.Engine.Memory;
using FastStream.Engine.Monitoring;
using FastStream.Engine.Partitions;
using FastStream.Engine.Results;
using FastStream.Engine.Sequencing;
using FastStream.Engine.Sequencing.Commands;
using FastStream.Engine.Snapshots;
using FastStream.Protocol;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FastStream.Engine;

/// <summary>
/// The stages put together: logs, frame ring, sequencer, partitions, delivery; an ordered stop at the end, and the one
/// place where a fault of any loop arrives. The start is <see cref="EngineRecovery"/>'s.
/// </summary>
internal sealed class EngineCore : IDisposable
{
    private static readonly TimeSpan s_lastSnapshot = TimeSpan.FromSeconds(30);

    private readonly EngineLogs _logs;
    private readonly ILogger _log;
    private readonly EngineDriver _driver;
    private readonly Parker _sequencerParker;
    private readonly Parker _deliveryParker;
    private readonly CounterSet _deliveryCounters;
    private readonly PartitionLoop[] _partitions;
    private readonly DeliveryLoop _delivery;
    private readonly LoopChain? _chain;
    private readonly SnapshotSchedule _snapshots;
    private readonly TaskCompletionSource _faulted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly EngineFault _fault = new();
    private readonly Parker[] _partitionParkers;
    private int _stopped;

    public EngineCore(IngestionEngineOptions options, EngineLogs logs)
    {
        Options = options;
        _logs = logs;
        _log = (options.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger("FastStream.Engine");
        if (_log.IsEnabled(LogLevel.Information))
        {
            _log.LogInformation("{MemoryPlan}", MemoryPlan.Describe(options));
        }

        _driver = options.Driver ?? new ThreadDriver();
        _sequencerParker = _driver.CreateParker();
        _deliveryParker = _driver.CreateParker();
        int partitionCount = options.PartitionCount;
        State = new EngineState(options.Limits);
        Blocks = options.Blocks ?? new BlockPool(options.Limits.MaxInFlightBytes);
        Frames = new FramePool(Blocks);
        Charge = new FrameCharge(options.Limits, Blocks.LimitBytes);
        Index = new PartitionIndex(partitionCount);
        Inbox = new BoundedMpscRing<InboundFrame>(options.Sizes.InboxFrames);
        _deliveryCounters = Counters.AddSet("delivery");
        Results = new ResultsStage(
            logs.Results,
            partitionCount,
            options.Results,
            _deliveryCounters,
            options.Clock,
            (partition, slice) => _partitions![partition].Lane.Return(slice),
            options.Sizes);
        Waiters = new DurableWaiters(logs.Journal);
        Ring = new FrameRing(options.FrameRingSlots, partitionCount);

        _partitionParkers = [.. Enumerable.Range(0, partitionCount).Select(_ => _driver.CreateParker())];
        SlotPublisher publisher = new(
            Ring, _partitionParkers, _sequencerParker, _fault, logs.Journal.RequestCommit);
        EntryApplier applier = new(State, publisher, new SourceProgress(Blocks), Results.Catalog);
        _partitions = CreatePartitions(_partitionParkers);
        _delivery = new DeliveryLoop(CreateDeliveryParts(), Fail);
        logs.Journal.DurableAdvanced = WakeBoth;
        logs.Results.DurableAdvanced = _deliveryParker.Signal;

        Replay = new JournalReplay(State, applier, Frames, Index, () => _fault.IsSet, _sequencerParker);
        List<SnapshotInfo> snapshots = RecoverOrStop(applier);
        Sequencer = new Sequencer(CreateSequencerParts(applier), Fail);
        _snapshots = new SnapshotSchedule(
            Sequencer,
            logs.Journal,
            logs.State,
            options,
            () => _delivery.ResultsDurableBelow,
            partitionCount,
            snapshots);
        Sequencer.Tick = _snapshots.Tick;
        Sequencer.IsPassive = options.IsPassive;
        _driver.Start(Sequencer);
        _chain = _driver.LendsLoops ? new LoopChain([Sequencer, .. _partitions, _delivery]) : null;
        for (int p = 0; p < partitionCount && _chain is not null; p++)
        {
            _partitions[p].HandOn = _chain.RunLast;
        }
    }

    public IngestionEngineOptions Options { get; }

    public EngineState State { get; }

    public EngineCounters Counters { get; } = new();

    public BlockPool Blocks { get; }

    public FramePool Frames { get; }

    public FrameCharge Charge { get; }

    public PartitionIndex Index { get; }

    public BoundedMpscRing<InboundFrame> Inbox { get; }

    public FrameRing Ring { get; }

    public Sequencer Sequencer { get; }

    public ResultsStage Results { get; }

    public DurableWaiters Waiters { get; }

    public EngineLogs Logs => _logs;

    public PartitionLoop[] Partitions => _partitions;

    public DeliveryLoop Delivery => _delivery;

    public JournalReplay Replay { get; }

    public SnapshotSchedule Snapshots => _snapshots;

    public EngineDriver Driver => _driver;

    /// <summary>Frames that the journal gave back at the start (replayed or in the snapshot).</summary>
    public long RecoveredFrames { get; private set; }

    /// <summary>Frames that had to be replayed.</summary>
    public long ReplayedFrames => Replay.FrameCount;

    /// <summary>Fails when the engine has met a fault: nothing is acked from then on.</summary>
    public Task Faulted => _faulted.Task;

    /// <summary>The fault that has stopped the engine, or null.</summary>
    public Exception? Fault => _fault.Reason;

    /// <summary>The ack level that a session asking for <paramref name="level"/> is given.</summary>
    public AckLevel Grant(AckLevel level) => Options.Ephemeral && level > AckLevel.Applied
        ? AckLevel.Applied
        : level == AckLevel.Durable && _logs.Journal.IsVolatile ? AckLevel.Written : level;

    /// <summary>
    /// Hands a frame to the sequencer; false when the inbox is full. The frame is the sequencer's then.
    /// </summary>
    public bool TryEnqueue(InboundFrame frame)
    {
        int frameBytes = frame.FrameBytes;
        if (!Inbox.TryEnqueue(frame))
        {
            return false;
        }

        HandOn(frameBytes);
        return true;
    }

    /// <summary>
    /// Frames of at most so many bytes lie in the inbox: takes them through the loops, or wakes the sequencer.
    /// </summary>
    public void HandOn(int largestBytes)
    {
        if (_chain is not null && largestBytes <= Options.Sizes.ChainedFrameBytes)
        {
            _chain.Run();
        }
        else if (_chain is not null && (Options.Ephemeral || Options.Sizes.SequencesLargerFrames))
        {
            _chain.RunFirst();
        }
        else
        {
            Sequencer.Signal();
        }
    }

    /// <summary>Runs a control command; its effects are durable when this returns, where it journaled any.</summary>
    public async Task<CommandAnswer> RunAsync(ControlCommand command)
    {
        Sequencer.Post(command);
        CommandAnswer answer = await _driver.When(command.Answer).ConfigureAwait(false);
        if (answer.EndAddress > 0)
        {
            await _driver.When(Waiters.WhenDurable(answer.EndAddress)).ConfigureAwait(false);
        }

        return answer;
    }

    /// <summary>
    /// Completes when the results of every cause below a journal address are in the results log, durable.
    /// </summary>
    public async Task WhenResultsAreOut(long causeEnd)
    {
        while (_delivery.ResultsDurableBelow < causeEnd)
        {
            ThrowIfEnded();
            await _driver.PauseAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Puts a question to all partitions; it completes when the last one has answered.</summary>
    public async Task AskAsync(PartitionQuestion question)
    {
        AskCommand command = new(question);
        Sequencer.Post(command);
        CommandAnswer answer = await _driver.When(command.Answer).ConfigureAwait(false);
        IngestionEngine.Check(answer);

        // The partitions that would have answered may end instead.
        await _driver.WhenAny(question.Completed, Faulted, _ended.Task).ConfigureAwait(false);
        if (!question.Completed.IsCompleted)
        {
            ThrowIfEnded();
        }

        await question.Completed.ConfigureAwait(false);
    }

    /// <summary>Runs something on the delivery loop, which owns the results stage.</summary>
    public Task VisitResultsAsync(Action<ResultsStage> visit) => _driver.When(_delivery.VisitAsync(visit));

    /// <summary>Takes a snapshot now; true when it is durable, false when it could not be had.</summary>
    public async Task<bool> SnapshotAsync()
    {
        if (Options.Ephemeral)
        {
            return false;
        }

        long before = _snapshots.CompletedCount;
        CallCommand begin = new(_snapshots.Begin);
        Sequencer.Post(begin);
        if ((await _driver.When(begin.Answer).ConfigureAwait(false)).IsRefused)
        {
            return false;
        }

        while (_snapshots.CompletedCount == before)
        {
            if (CannotSave || !_snapshots.IsBusy)
            {
                return _snapshots.CompletedCount > before;
            }

            await _driver.PauseAsync().ConfigureAwait(false);
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
        {
            return;
        }

        if (!CannotSave && Options.Snapshots.AtClose && !Options.IsPassive && Sequencer.Appender.AppendedBytes > 0)
        {
            _snapshots.Hurry();
            Task<bool> saved = SnapshotAsync();
            if (!saved.IsCompleted)
            {
                Task.WhenAny(saved, Faulted, Task.Delay(s_lastSnapshot)).GetAwaiter().GetResult();
            }
        }

        Sequencer.Stop();
        _driver.Join(Sequencer);
        EndLoops();
        Sequencer.CloseSessions(ErrorCode.ShuttingDown, "the engine has been closed");
        _ended.TrySetResult();
        Results.Dispose();
        CloseLogs();
        foreach (PartitionLoop partition in _partitions)
        {
            partition.Dispose();
        }
    }

    // Nobody waits for what is written while logs are closed, so nobody else would tell of its failure.
    private void CloseLogs()
    {
        bool hadFailed = _logs.Fault is not null;
        _logs.Dispose();
        if (!hadFailed && _logs.Fault is Journal.LogFault fault)
        {
            _log.LogError("The data folder was closed with a fault: {Message}", fault.Message);
        }
    }

    // Partitions end by the stop slot or by a fault, delivery after them: nothing else would drain it.
    private void EndLoops()
    {
        foreach (PartitionLoop partition in _partitions)
        {
            _driver.Join(partition);
        }

        _delivery.Stop(atOnce: Fault is not null);
        _driver.Join(_delivery);
    }

    private void ThrowIfEnded()
    {
        if (Fault is Exception fault)
        {
            throw new IngestionException(ErrorCode.Faulted, $"the engine has stopped: {fault.Message}");
        }

        if (_ended.Task.IsCompleted)
        {
            throw new IngestionException(ErrorCode.ShuttingDown, "the engine has been closed");
        }

        if ((_logs.Journal.Fault ?? _logs.Results.Fault) is Journal.LogFault logFault)
        {
            throw new IngestionException(ErrorCode.Faulted, logFault.Message);
        }
    }

    // No snapshot can become durable any more: waiting for one would only hold up the end.
    private bool CannotSave =>
        Fault is not null
        || _logs.State.Fault is not null
        || AreResultsStuck;

    // Closed windows can get no further: there is no room, or their log or that of their causes has failed.
    private bool AreResultsStuck =>
        _delivery.AreResultsFull || _logs.Journal.Fault is not null || _logs.Results.Fault is not null;

    // Loops that were started must not outlive a start that failed.
    private List<SnapshotInfo> RecoverOrStop(EntryApplier applier)
    {
        try
        {
            List<SnapshotInfo> snapshots = new EngineRecovery(this, applier).Run();
            RecoveredFrames = State.FrameCount;
            return snapshots;
        }
        catch (Exception failure)
        {
            Exception reason = _fault.Reason ?? failure;
            StopLoops(reason);
            EndLoops();
            Results.Dispose();
            foreach (PartitionLoop partition in _partitions)
            {
                partition.Dispose();
            }

            if (reason != failure)
            {
                throw new InvalidDataException($"The replay failed: {reason.Message}", reason);
            }

            throw;
        }
    }

    private void Fail(Exception fault)
    {
        // One loop's fault makes the others end by an exception too: only the first is told.
        if (StopLoops(fault))
        {
            _log.LogCritical(fault, "The engine has met a fault and stops acking: {Message}", fault.Message);
        }
    }

    private bool StopLoops(Exception reason)
    {
        bool isFirst = _fault.TrySet(reason);
        _faulted.TrySetException(_fault.Reason!);
        _ = _faulted.Task.Exception; // observed here: nobody has to await it
        WakeBoth();
        foreach (Parker partition in _partitionParkers)
        {
            partition.Signal();
        }

        return isFirst;
    }

    private void HandleJournalFault()
    {
        string reason = _logs.Journal.Fault!.Message;
        _log.LogCritical("The journal has failed and nothing is acked any more: {Message}", reason);
        Sequencer?.Post(new CallCommand(() => Sequencer.CloseSessions(ErrorCode.Faulted, reason)));
    }

    private void WakeBoth()
    {
        _sequencerParker.Signal();
        _deliveryParker.Signal();
    }

    private PartitionLoop[] CreatePartitions(Parker[] parkers)
    {
        PartitionLimits limits = new()
        {
            MaxFrameRecords = Options.Sizes.FrameRecords,
            MaxKeysPerView = Options.Limits.MaxKeysPerView,
            MaxOpenWindowsPerView = Options.Limits.MaxOpenWindowsPerView,
        };
        PartitionLoop[] loops = new PartitionLoop[parkers.Length];
        for (int p = 0; p < loops.Length; p++)
        {
            PartitionState state = new(p, loops.Length, limits);
            SliceLane lane = new(Options.Sizes.SlicesPerPartition, parkers[p], _deliveryParker, _fault);
            loops[p] = new PartitionLoop(Ring, state, lane, parkers[p], _fault, Fail)
            {
                PinToCore = Options.PinPartitions,
                RowsPerSlice = Options.Sizes.RowsPerSlice,
                AreResultsStuck = () => AreResultsStuck,
            };
        }

        return loops;
    }

    private DeliveryParts CreateDeliveryParts() => new()
    {
        Ring = Ring,
        Partitions = _partitions,
        Frames = Frames,
        Journal = _logs.Journal,
        ResultsLog = _logs.Results,
        Results = Results,
        Waiters = Waiters,
        Parker = _deliveryParker,
        Sequencer = _sequencerParker,
        Fault = _fault,
        OnJournalFault = HandleJournalFault,
        Clock = Options.Clock,
        WaitingAcks = Options.Sizes.WaitingAcks,
        Counters = _deliveryCounters,
    };

    private SequencerParts CreateSequencerParts(EntryApplier applier) => new()
    {
        State = State,
        Applier = applier,
        Journal = _logs.Journal,
        Inbox = Inbox,
        Frames = Frames,
        Index = Index,
        Counters = Counters.AddSet("sequencer"),
        Clock = Options.Clock,
        Parker = _sequencerParker,
        Fault = _fault,
        AreResultsFull = () => _delivery.AreResultsFull,
        AllowNewStreams = Options.AllowNewStreams,
    };
}
