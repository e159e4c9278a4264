using System.Collections.Concurrent;
using FastStream.Engine.Ingress;
using FastStream.Engine.Journal;
using FastStream.Engine.Loops;
using FastStream.Engine.Memory;
using FastStream.Engine.Monitoring;
using FastStream.Protocol;

namespace FastStream.Engine.Sequencing;

/// <summary>
/// The one loop that gives everything its order: takes frames from the inbox, decides their identity, journals
/// them, moves source time and publishes them to the partitions. Control commands run here too, between frames.
/// </summary>
/// <remarks>
/// Owner of the engine's state while it runs. It takes what has arrived at its own pace, a bounded batch a turn, asks
/// for one commit per turn and rests when there is nothing.
/// </remarks>
internal sealed class Sequencer : IEngineLoop
{
    private const int FramesPerTurn = 256;
    private const int FramesPerBriefTurn = 64;
    private const int TickMs = 100;

    private readonly BoundedMpscRing<InboundFrame> _inbox;
    private readonly ConcurrentQueue<ControlCommand> _commands = new();
    private readonly IEntryLog _journal;
    private readonly FrameIdentity _identity;
    private readonly IdleSources _idle;
    private readonly Parker _parker;
    private readonly Action<Exception> _onFault;
    private readonly EngineFault _fault;
    private readonly FramePool _frames;
    private readonly Func<bool> _hasWork;
    private readonly TimeProvider _clock;
    private long _nextTickMs;
    private volatile bool _stopping; // written by Stop, read by the thread
    private volatile bool _hasEnded; // written by the thread at its end, read by Post

    public Sequencer(SequencerParts parts, Action<Exception> onFault)
    {
        _inbox = parts.Inbox;
        _journal = parts.Journal;
        _parker = parts.Parker;
        _onFault = onFault;
        _fault = parts.Fault;
        _frames = parts.Frames;
        _clock = parts.Clock;
        AreResultsFull = parts.AreResultsFull;
        State = parts.State;
        Applier = parts.Applier;
        Appender = new EntryAppender(parts.Journal, parts.State, parts.Clock, parts.Parker, parts.Counters);
        Appender.BeforeWait = Applier.PauseRun;
        Counters = parts.Counters;
        _identity = new FrameIdentity(this, parts.Index, parts.Frames);
        _idle = new IdleSources(this, Appender.NowNs);
        AllowNewStreams = parts.AllowNewStreams;
        _hasWork = () => !_inbox.IsEmpty || !_commands.IsEmpty || _stopping || _fault.IsSet;
    }

    /// <inheritdoc/>
    public string Name => "sequencer";

    /// <inheritdoc/>
    public Parker Parker => _parker;

    /// <inheritdoc/>
    public bool HasWork => _hasWork();

    public EngineState State { get; }

    public EntryApplier Applier { get; }

    public EntryAppender Appender { get; }

    public CounterSet Counters { get; }

    /// <summary>Whether closed windows find no room on the disk.</summary>
    public Func<bool> AreResultsFull { get; }

    /// <summary>Whether a hello may create a stream that was not declared.</summary>
    public bool AllowNewStreams { get; }

    /// <summary>A passive sequencer journals nothing of its own accord: neither idle sources nor snapshots.</summary>
    public bool IsPassive { get; set; }

    /// <summary>Called once a tick on the sequencer thread; recovery's snapshots hang here.</summary>
    public Action? Tick { get; set; }

    /// <summary>Any thread: hands a command over; its answer completes when its turn has come.</summary>
    public void Post(ControlCommand command)
    {
        _commands.Enqueue(command);
        _parker.Signal(); // its full fence stands between the enqueueing and the read below
        if (_hasEnded)
        {
            AbandonCommands();
        }
    }

    /// <summary>Any thread: frames lie in the inbox.</summary>
    public void Signal() => _parker.Signal();

    /// <summary>
    /// Any thread: the next step finishes what lies in the inbox, publishes the stop slot and is the last.
    /// </summary>
    public void Stop()
    {
        _stopping = true;
        _parker.Signal();
    }

    /// <summary>Ends all sessions; on the sequencer thread, or on any once it has ended.</summary>
    public void CloseSessions(ErrorCode code, string reason)
    {
        foreach (ProducerState producer in State.Producers)
        {
            if (producer.Session is { IsClosed: false } session)
            {
                session.IsClosed = true;
                producer.Session = null;
                session.Output.Close(code, reason);
            }
        }
    }

    /// <inheritdoc/>
    public void Begin()
    {
        // Nothing belongs to the thread that steps.
    }

    /// <inheritdoc/>
    public LoopStep Step()
    {
        try
        {
            if (_stopping)
            {
                Finish();
                End();
                return LoopStep.Ended;
            }

            _fault.ThrowIfSet();
            bool worked = Work(FramesPerTurn);
            return RunTick() || worked ? LoopStep.Worked : LoopStep.Idle;
        }
#pragma warning disable CA1031 // Whatever went wrong, the engine must hear of it and stop acking.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _onFault(fault);
            CloseSessions(ErrorCode.Faulted, $"the engine has stopped: {_fault.Reason?.Message}");
            End();
            return LoopStep.Ended;
        }
    }

    /// <inheritdoc/>
    public void StepBriefly()
    {
        // Stop may be called at any moment of this: the end is left to the next step. So is the tick: this loop's own
        // thread comes by ten times a second, and no clock is read here.
        if (_stopping || _fault.IsSet || !_commands.IsEmpty)
        {
            return;
        }

        try
        {
            Work(FramesPerBriefTurn);
        }
#pragma warning disable CA1031 // As in Step, which sees the fault and ends.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _onFault(fault);
        }
    }

    /// <inheritdoc/>
    public void Rest() => _parker.WaitUntil(_hasWork, TickMs, mayLend: true);

    // What lies in the inbox now is taken; what producers go on sending is not.
    private void Finish()
    {
        Turn(_inbox.Capacity);
        _journal.RequestCommit();
        Applier.PublishStop();
    }

    private bool Work(int frameLimit)
    {
        bool worked = Turn(frameLimit);
        if (worked)
        {
            _journal.RequestCommit();
        }

        return worked;
    }

    private bool Turn(int frameLimit)
    {
        bool worked = RunCommands();
        return TakeFrames(frameLimit) || worked;
    }

    private void End()
    {
        _hasEnded = true;
        Interlocked.MemoryBarrier(); // partner: the fence in Post: one of the two sees the command
        AbandonCommands();
        while (_inbox.TryDequeue(out InboundFrame? frame))
        {
            _frames.Discard(frame);
        }
    }

    private bool RunCommands()
    {
        bool any = false;
        while (_commands.TryDequeue(out ControlCommand? command))
        {
            command.Run(this);
            any = true;
        }

        return any;
    }

    private bool TakeFrames(int limit)
    {
        int taken = 0;
        Applier.BeginRun();
        try
        {
            while (taken < limit && _inbox.TryDequeue(out InboundFrame? frame))
            {
                _identity.Take(frame);
                taken++;
            }
        }
        finally
        {
            Applier.EndRun();
        }

        return taken > 0;
    }

    private bool RunTick()
    {
        long nowMs = _clock.Milliseconds();
        if (nowMs < _nextTickMs || IsPassive)
        {
            return false;
        }

        _nextTickMs = nowMs + TickMs;
        long tail = _journal.TailAddress;
        _idle.SetAside();
        Tick?.Invoke();
        if (_journal.TailAddress == tail)
        {
            return false;
        }

        // A set-aside or a snapshot: windows it closes wait for it to be durable, and nobody else may come.
        _journal.RequestCommit();
        return true;
    }

    private void AbandonCommands()
    {
        while (_commands.TryDequeue(out ControlCommand? command))
        {
            command.Abandon();
        }
    }
}
