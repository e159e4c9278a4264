using FastStream.Engine.Delivery;
using FastStream.Engine.Ingress;
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
/// The stages put together: logs, frame ring, sequencer, partitions, delivery; recovery at the start, an ordered stop
/// at
/// the end, and the one place where a fault of any thread arrives.
/// </summary>
internal sealed class EngineCore : IDisposable
{
    private readonly EngineLogs _logs;
    private readonly ILogger _log;
    private readonly Parker _sequencerParker = new();
    private readonly Parker _deliveryParker = new();
    private readonly CounterSet _deliveryCounters;
    private readonly PartitionLoop[] _partitions;
    private readonly DeliveryLoop _delivery;
    private readonly SnapshotSchedule _snapshots;
    private readonly JournalReplay _replay;
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
        _log.LogInformation("{MemoryPlan}", MemoryPlan.Describe(options));
        int partitionCount = options.PartitionCount;
        State = new EngineState(options.Limits);
        Blocks = new BlockPool(options.Limits.MaxInFlightBytes);
        Frames = new FramePool(Blocks);
        Index = new PartitionIndex(partitionCount);
        Inbox = new BoundedMpscRing<InboundFrame>(4_096);
        _deliveryCounters = Counters.AddSet("delivery");
        Results = new ResultsStage(
            logs.Results,
            partitionCount,
            options.Results,
            _deliveryCounters,
            options.Clock,
            (partition, slice) => _partitions![partition].Lane.Return(slice));
        Waiters = new DurableWaiters(logs.Journal);
        Ring = new FrameRing(options.FrameRingSlots, partitionCount);

        _partitionParkers = [.. Enumerable.Range(0, partitionCount).Select(_ => new Parker())];
        SlotPublisher publisher = new(
            Ring, _partitionParkers, _sequencerParker, _fault, logs.Journal.RequestCommit);
        EntryApplier applier = new(State, publisher, new SourceProgress(Blocks), Results.Catalog);
        _partitions = CreatePartitions(_partitionParkers);
        _delivery = new DeliveryLoop(CreateDeliveryParts(), Fail);
        logs.Journal.DurableAdvanced = WakeBoth;
        logs.Results.DurableAdvanced = _deliveryParker.Signal;

        _replay = new JournalReplay(State, applier, Frames, Index, () => _fault.IsSet);
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
        Sequencer.Start();
    }

    public IngestionEngineOptions Options { get; }

    public EngineState State { get; }

    public EngineCounters Counters { get; } = new();

    public BlockPool Blocks { get; }

    public FramePool Frames { get; }

    public PartitionIndex Index { get; }

    public BoundedMpscRing<InboundFrame> Inbox { get; }

    public FrameRing Ring { get; }

    public Sequencer Sequencer { get; }

    public ResultsStage Results { get; }

    public DurableWaiters Waiters { get; }

    public EngineLogs Logs => _logs;

    public PartitionLoop[] Partitions => _partitions;

    /// <summary>Frames that the journal gave back at the start (replayed or in the snapshot).</summary>
    public long RecoveredFrames { get; private set; }

    /// <summary>Frames that had to be replayed.</summary>
    public long ReplayedFrames => _replay.FrameCount;

    /// <summary>Fails when the engine has met a fault: nothing is acked from then on.</summary>
    public Task Faulted => _faulted.Task;

    /// <summary>The fault that has stopped the engine, or null.</summary>
    public Exception? Fault => _fault.Reason;

    /// <summary>The ack level that a session asking for <paramref name="level"/> is given.</summary>
    public AckLevel Grant(AckLevel level) =>
        level == AckLevel.Durable && _logs.Journal.IsVolatile ? AckLevel.Written : level;

    /// <summary>
    /// Hands a frame to the sequencer; false when the inbox is full. The frame is the sequencer's then.
    /// </summary>
    public bool TryEnqueue(InboundFrame frame)
    {
        if (!Inbox.TryEnqueue(frame))
        {
            return false;
        }

        Sequencer.Signal();
        return true;
    }

    /// <summary>Runs a control command; its effects are durable when this returns, where it journaled any.</summary>
    public async Task<CommandAnswer> RunAsync(ControlCommand command)
    {
        Sequencer.Post(command);
        CommandAnswer answer = await command.Answer.ConfigureAwait(false);
        if (answer.EndAddress > 0)
        {
            await Waiters.WhenDurable(answer.EndAddress).ConfigureAwait(false);
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
            await Task.Delay(1).ConfigureAwait(false);
        }
    }

    /// <summary>Puts a question to all partitions; it completes when the last one has answered.</summary>
    public async Task AskAsync(PartitionQuestion question)
    {
        AskCommand command = new(question);
        Sequencer.Post(command);
        CommandAnswer answer = await command.Answer.ConfigureAwait(false);
        IngestionEngine.Check(answer);

        // The partitions that would have answered may end instead.
        await Task.WhenAny(question.Completed, Faulted, _ended.Task).ConfigureAwait(false);
        if (!question.Completed.IsCompleted)
        {
            ThrowIfEnded();
        }

        await question.Completed.ConfigureAwait(false);
    }

    /// <summary>Runs something on the delivery thread, which owns the results stage.</summary>
    public Task VisitResultsAsync(Action<ResultsStage> visit) => _delivery.VisitAsync(visit);

    /// <summary>Takes a snapshot now; true when it is durable, false when it could not be had.</summary>
    public async Task<bool> SnapshotAsync()
    {
        long before = _snapshots.CompletedCount;
        CallCommand begin = new(_snapshots.Begin);
        Sequencer.Post(begin);
        if ((await begin.Answer.ConfigureAwait(false)).IsRefused)
        {
            return false;
        }

        while (_snapshots.CompletedCount == before)
        {
            if (CannotSave || !_snapshots.IsBusy)
            {
                return _snapshots.CompletedCount > before;
            }

            await Task.Delay(5).ConfigureAwait(false);
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
            Task.WhenAny(SnapshotAsync(), Faulted, Task.Delay(TimeSpan.FromSeconds(30))).GetAwaiter().GetResult();
        }

        Sequencer.Stop();
        EndThreads();
        Sequencer.CloseSessions(ErrorCode.ShuttingDown, "the engine has been closed");
        _ended.TrySetResult();
        Results.Dispose();
        _logs.Dispose();
        foreach (PartitionLoop partition in _partitions)
        {
            partition.Dispose();
        }
    }

    // Partitions end by the stop slot or by a fault, delivery after them: nothing else would drain it.
    private void EndThreads()
    {
        foreach (PartitionLoop partition in _partitions)
        {
            partition.Join();
        }

        _delivery.Stop(atOnce: Fault is not null);
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
        || _logs.Journal.Fault is not null
        || _logs.Results.Fault is not null
        || _logs.State.Fault is not null
        || _delivery.AreResultsFull;

    // Threads that were started must not outlive a start that failed.
    private List<SnapshotInfo> RecoverOrStop(EntryApplier applier)
    {
        try
        {
            return Recover(applier);
        }
        catch (Exception failure)
        {
            Exception reason = _fault.Reason ?? failure;
            StopThreads(reason);
            EndThreads();
            Results.Dispose();
            if (reason != failure)
            {
                throw new InvalidDataException($"The replay failed: {reason.Message}", reason);
            }

            throw;
        }
    }

    private List<SnapshotInfo> Recover(EntryApplier applier)
    {
        long until = Math.Min(Options.ReplayUntil ?? long.MaxValue, _logs.Journal.TailAddress);
        List<SnapshotInfo> snapshots = SnapshotLoader.Find(_logs.State);
        snapshots.RemoveAll(s => s.EndAddress > until && Options.ReplayUntil is not null);
        long from = _logs.Journal.BeginAddress;
        long resultsFrom = from;
        if (snapshots.Count > 0)
        {
            SnapshotInfo newest = snapshots[^1];
            CheckReaches(newest);
            SnapshotLoader.Load(newest, _logs.State, State, [.. _partitions.Select(p => p.State)]);
            from = newest.EndAddress;
            resultsFrom = newest.Address;
            foreach (StreamState stream in State.Streams)
            {
                applier.RegisterViews(stream);
            }
        }
        else if (IsCut(from))
        {
            throw new InvalidDataException(
                "The journal's beginning has been cut and no snapshot stands for it: restore the state folder.");
        }

        Results.Open(resultsFrom);
        foreach (PartitionLoop partition in _partitions)
        {
            partition.State.AppliedAddress = from;
            partition.Start();
        }

        _delivery.Start();
        Options.Recovery?.Begin(_replay, from, until);
        _replay.Run(_logs.Journal, from, until);
        applier.PublishMark(until);
        CompleteReplay(until);
        RecoveredFrames = State.FrameCount;
        Counters.AddSet("recovery").Add(EngineCounter.FramesRecovered, _replay.FrameCount);
        return snapshots.Count <= 2 ? snapshots : snapshots[^2..];
    }

    private void CheckReaches(SnapshotInfo snapshot)
    {
        if (snapshot.EndAddress > _logs.Journal.TailAddress || snapshot.Address < _logs.Journal.BeginAddress)
        {
            throw new InvalidDataException(
                $"Snapshot {snapshot.Id} stands on journal address {snapshot.Address}, but the journal holds "
                + $"{_logs.Journal.BeginAddress}..{_logs.Journal.TailAddress}: the journal was cut or replaced.");
        }
    }

    private bool IsCut(long begin)
    {
        using Journal.IEntryScanner scanner = _logs.Journal.Scan(begin, _logs.Journal.TailAddress);
        return scanner.MoveNext(out _, out Journal.EntryHeader header, out _) && header.EntrySequence > 2;
    }

    // Replayed frames must be applied, and their results compared, before anything new may be said.
    private void CompleteReplay(long until)
    {
        Task completed = _delivery.CompleteReplayAt(until, isPartial: Options.ReplayUntil is not null);
        Task.WhenAny(completed, Faulted).GetAwaiter().GetResult();
        if (Fault is not null)
        {
            throw new InvalidDataException($"The replay failed: {Fault.Message}", Fault);
        }
    }

    private void Fail(Exception fault)
    {
        // One thread's fault makes the others end by an exception too: only the first is told.
        if (StopThreads(fault))
        {
            _log.LogCritical(fault, "The engine has met a fault and stops acking: {Message}", fault.Message);
        }
    }

    private bool StopThreads(Exception reason)
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
            MaxKeysPerView = Options.Limits.MaxKeysPerView,
            MaxOpenWindowsPerView = Options.Limits.MaxOpenWindowsPerView,
        };
        PartitionLoop[] loops = new PartitionLoop[parkers.Length];
        for (int p = 0; p < loops.Length; p++)
        {
            PartitionState state = new(p, loops.Length, limits);
            SliceLane lane = new(SliceLane.Capacity, parkers[p], _deliveryParker, _fault);
            loops[p] = new PartitionLoop(Ring, state, lane, parkers[p], _fault, Fail)
            {
                PinToCore = Options.PinPartitions,
                AreResultsFull = () => _delivery.AreResultsFull,
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
