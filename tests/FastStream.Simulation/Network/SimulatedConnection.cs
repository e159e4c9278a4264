using FastStream.Engine;
using FastStream.Engine.Ingress;
using FastStream.Engine.Memory;
using FastStream.Engine.Sequencing;
using FastStream.Engine.Sequencing.Commands;
using FastStream.Protocol;
using FastStream.Simulation.Scenario;
using FastStream.TestKit.Wire;

namespace FastStream.Simulation.Network;

/// <summary>
/// A connection of one producer: frames on their way to the engine, answers on their way back, and what a server does
/// with both. It can break at any moment; the engine hears of that later.
/// </summary>
internal sealed class SimulatedConnection(EngineCore core, ProducerPlan plan, ulong epoch, IAckCheck check) : ISessionOutput
{
    private readonly Queue<byte[]> _toEngine = new();
    private readonly Queue<Reply> _toProducer = new();
    private OpenSessionCommand? _hello;
    private DeclareSchemaCommand? _schema;
    private Session? _session;
    private bool _hasLeft; // the engine was told that it is over

    public ProducerPlan Plan => plan;

    /// <summary>What the producer may do now.</summary>
    public bool IsLive { get; private set; }

    /// <summary>It broke, or the engine ended it.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Its hello was refused: a higher epoch has been opened, perhaps by a hello whose welcome was lost.</summary>
    public bool IsFenced { get; private set; }

    /// <summary>Nothing is on its way, and whatever is over was told so.</summary>
    public bool IsQuiet => IsBroken ? _hasLeft : IsLive && _toEngine.Count == 0 && _toProducer.Count == 0;

    /// <summary>Given by the engine's welcome.</summary>
    public ulong Epoch { get; private set; }

    /// <summary>The last frame the engine has, as its welcome says.</summary>
    public ulong LastSequence { get; private set; }

    public bool HasReply => _toProducer.Count > 0;

    /// <summary>Frames on their way.</summary>
    public int InFlight => _toEngine.Count;

    /// <summary>The producer puts a frame on its way.</summary>
    public void Send(byte[] frame) => _toEngine.Enqueue(frame);

    /// <summary>The producer takes what has come.</summary>
    public Reply Receive() => _toProducer.Dequeue();

    /// <summary>The line is cut: nothing that is on its way arrives.</summary>
    public void Cut()
    {
        IsBroken = true;
        IsLive = false;
        _toEngine.Clear();
        _toProducer.Clear();
    }

    /// <summary>The server's side does one thing. False when there was nothing to do.</summary>
    public bool Step()
    {
        if (IsBroken)
        {
            return Leave();
        }

        return IsLive ? Deliver() : ShakeHands();
    }

    /// <inheritdoc/>
    public void Ack(in FrameAck ack)
    {
        check.OnAck(plan, _session!.Epoch, ack);
        if (!IsBroken)
        {
            _toProducer.Enqueue(new Reply(ErrorCode.None, ack.First, ack.Last));
        }
    }

    /// <inheritdoc/>
    public void Applied(ulong sequence)
    {
        // An ack says so too.
    }

    /// <inheritdoc/>
    public void Refuse(in FrameRefusal refusal)
    {
        check.OnRefusal(plan, _session!.Epoch, refusal);
        if (!IsBroken)
        {
            _toProducer.Enqueue(new Reply(refusal.Code, refusal.Sequence, refusal.Expected));
        }
    }

    /// <inheritdoc/>
    public void Released(int bytes)
    {
        // The pool's own bound is the only one here.
    }

    /// <inheritdoc/>
    public void Close(ErrorCode code, string reason)
    {
        Cut();
        _hasLeft = true;
    }

    private bool Leave()
    {
        if (_hasLeft)
        {
            return false;
        }

        _hasLeft = true;
        if (_session is not null)
        {
            core.Sequencer.Post(new CloseSessionCommand(_session));
        }

        return true;
    }

    private bool ShakeHands()
    {
        if (_session is null)
        {
            AckLevel granted = core.Grant(plan.Level);
            _session = new Session(plan.Stream.Name, plan.Name, plan.Stream.KeyKind, granted, epoch, this);
            _hello = new OpenSessionCommand(_session);
            core.Sequencer.Post(_hello);
            return true;
        }

        if (_schema is null && HasEffect(_hello!))
        {
            _schema = new DeclareSchemaCommand(_session, WireFrames.SchemaId, StreamPlan.Fields);
            core.Sequencer.Post(_schema);
            return true;
        }

        if (_schema is not null && HasEffect(_schema))
        {
            IsLive = true;
            Epoch = _hello!.Epoch;
            LastSequence = _hello.LastSequence;
            check.OnWelcome(plan, Epoch, LastSequence);
            return true;
        }

        return IsBroken;
    }

    // As RunAsync has it: an answer leaves when what it journaled is durable.
    private bool HasEffect(ControlCommand command)
    {
        if (!command.Answer.IsCompleted)
        {
            return false;
        }

        CommandAnswer answer = command.Answer.Result;
        if (answer.IsRefused)
        {
            IsFenced = answer.Code == ErrorCode.Fenced;
            Cut();
            return false;
        }

        return answer.EndAddress <= core.Logs.Journal.DurableAddress;
    }

    private bool Deliver()
    {
        if (!_toEngine.TryPeek(out byte[]? bytes) || !TryHandOver(bytes))
        {
            return false;
        }

        _toEngine.TryDequeue(out _);
        return true;
    }

    // What the pump of a connection does with a whole frame; false: it waits, no room for it now.
    private bool TryHandOver(byte[] bytes)
    {
        FrameLimits limits = new(WireFormat.HardMaxFrameBytes, WireFormat.MaxRecordsPerFrame);
        FrameHeader.TryRead(bytes, limits, out FrameHeader header);
        long scratchBytes = 0;
        FrameError fault = header.Kind == FrameKind.Data
            ? DataFrameDecoder.TryGetScratchBytes(bytes, header, _session!.KeyKind, out scratchBytes)
            : FrameError.None;
        int blockBytes = (int)FramePool.BlockBytes(header, scratchBytes);
        if (core.Inbox.Count >= core.Inbox.Capacity || !core.Blocks.TryRent(blockBytes, BlockPurpose.Frame, out BlockLease block))
        {
            return false;
        }

        InboundFrame frame = core.Frames.Get();
        frame.Take(_session, header, block, blockBytes);
        bytes.CopyTo(block.Span);
        if (header.Kind == FrameKind.Data)
        {
            frame.Fault = fault != FrameError.None
                ? fault
                : FrameDecoding.Decode(frame, _session!.KeyKind, checkPayload: true, scratchBytes);
            if (frame.Fault == FrameError.None && _session!.KeyKind == KeyKind.U64)
            {
                core.Index.Split(frame, dictionary: null);
            }
        }

        check.OnReceived();
        if (!core.TryEnqueue(frame))
        {
            throw new SimulationFailure("the inbox was full after it had room");
        }

        if (core.Inbox.Count == 0)
        {
            check.OnBorrowed();
        }

        return true;
    }
}
