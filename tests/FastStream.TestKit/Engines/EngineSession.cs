using System.Collections.Concurrent;
using FastStream.Engine;
using FastStream.Engine.Ingress;
using FastStream.Engine.Memory;
using FastStream.Engine.Monitoring;
using FastStream.Engine.Sequencing;
using FastStream.Engine.Sequencing.Commands;
using FastStream.Protocol;
using FastStream.TestKit.Wire;

namespace FastStream.TestKit.Engines;

/// <summary>
/// A producer's session inside the process that speaks in bytes of the wire: every frame goes through the decoder and
/// the index as one from a socket does. One thread sends; answers come from the engine's threads.
/// </summary>
internal sealed class EngineSession : ISessionOutput
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(20);

    private readonly EngineCore _core;
    private readonly ConcurrentDictionary<ulong, TaskCompletionSource<EngineAnswer>> _waiting = new();
    private readonly Session _session;
    private readonly CounterSet _counters;
    private long _refusedCount;

    private EngineSession(
        EngineCore core, string stream, string producer, KeyKind keyKind, AckLevel level, long epoch)
    {
        _core = core;
        _session = new Session(stream, producer, keyKind, level, (ulong)epoch, this);
        _counters = core.Counters.AddSet($"test session {producer}");
    }

    /// <summary>The epoch it was given.</summary>
    public long Epoch { get; private set; }

    /// <summary>The last sequence that the engine has.</summary>
    public long LastSequence { get; private set; }

    /// <summary>Frames refused so far, for now or for good.</summary>
    public long RefusedCount => Volatile.Read(ref _refusedCount);   // partner: the increment in Refuse

    /// <summary>Says hello and announces the schema.</summary>
    public static async Task<EngineSession> OpenAsync(
        EngineCore core,
        string stream,
        string producer,
        KeyKind keyKind,
        long epoch,
        IReadOnlyList<string> columns,
        AckLevel level = AckLevel.Durable)
    {
        EngineSession opened = new(core, stream, producer, keyKind, level, epoch);
        OpenSessionCommand hello = new(opened._session);
        Check(await core.RunAsync(hello).ConfigureAwait(false));
        opened.Epoch = (long)hello.Epoch;
        opened.LastSequence = (long)hello.LastSequence;
        Check(await core.RunAsync(new DeclareSchemaCommand(opened._session, WireFrames.SchemaId, columns))
            .ConfigureAwait(false));
        return opened;
    }

    /// <summary>Ends the session.</summary>
    public async Task LeaveAsync() =>
        Check(await _core.RunAsync(new CloseSessionCommand(_session)).ConfigureAwait(false));

    /// <summary>Sends a frame and waits for its ack or refusal.</summary>
    public async Task<EngineAnswer> OfferAsync(byte[] frame)
    {
        ulong sequence = FrameHeaderOf(frame).Sequence;
        TaskCompletionSource<EngineAnswer> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[sequence] = answer;
        Send(frame);
        return await answer.Task.WaitAsync(s_deadline).ConfigureAwait(false);
    }

    /// <summary>Sends a frame; its answer is dropped unless it is waited for. Waits while the inbox is full.</summary>
    public unsafe void Send(byte[] bytes)
    {
        FrameHeader header = FrameHeaderOf(bytes);
        long scratchBytes = 0;
        FrameError fault = header.Kind == FrameKind.Data
            ? DataFrameDecoder.TryGetScratchBytes(bytes, header, _session.KeyKind, out scratchBytes)
            : FrameError.None;
        int blockBytes = (int)FramePool.BlockBytes(header, scratchBytes);
        BlockLease block = Rent(blockBytes);
        InboundFrame frame = _core.Frames.Get();
        frame.Take(_session, header, block, blockBytes);
        bytes.CopyTo(block.Span);
        if (header.Kind == FrameKind.Data)
        {
            frame.Fault = fault != FrameError.None
                ? fault
                : FrameDecoding.Decode(frame, _session.KeyKind, checkPayload: true, scratchBytes);
            if (frame.Fault == FrameError.None && _session.KeyKind == KeyKind.U64)
            {
                _core.Index.Split(frame, dictionary: null);
            }
        }

        _counters.Add(EngineCounter.FramesReceived, 1);
        SpinWait wait = default;
        while (!_core.TryEnqueue(frame))
        {
            wait.SpinOnce();
        }
    }

    /// <summary>Completes with the answer to a frame that will be sent, or was sent and not answered yet.</summary>
    public Task<EngineAnswer> AnswerTo(long sequence) => _waiting
        .GetOrAdd((ulong)sequence, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <inheritdoc/>
    public void Ack(in FrameAck ack)
    {
        EngineAnswer answer = new(ErrorCode.None, ack.IsDuplicate)
        {
            Accepted = ack.Counts.Accepted,
            Refused = ack.Counts.Refused,
            Future = ack.Counts.Future,
            KeyLimit = ack.Counts.KeyLimit,
            Late = ack.Counts.Late,
        };
        for (ulong sequence = ack.First; sequence <= ack.Last; sequence++)
        {
            Answer(sequence, answer);
        }
    }

    /// <inheritdoc/>
    public void Refuse(in FrameRefusal refusal)
    {
        Interlocked.Increment(ref _refusedCount);   // partner: the read in RefusedCount
        Answer(refusal.Sequence, new EngineAnswer(refusal.Code, false));
    }

    /// <summary>Nobody here waits for less than an ack.</summary>
    public void Applied(ulong sequence)
    {
        // Queries come after acks, and an ack says applied too.
    }

    /// <inheritdoc/>
    public void Released(int bytes)
    {
        // The pool's own bound is the only one here.
    }

    /// <inheritdoc/>
    public void Close(ErrorCode code, string reason)
    {
        foreach (ulong sequence in _waiting.Keys)
        {
            Answer(sequence, new EngineAnswer(code, false));
        }
    }

    private static void Check(CommandAnswer answer)
    {
        if (answer.IsRefused)
        {
            throw new InvalidOperationException($"{answer.Code}: {answer.Text}");
        }
    }

    private static FrameHeader FrameHeaderOf(byte[] bytes)
    {
        FrameLimits limits = new(WireFormat.HardMaxFrameBytes, WireFormat.MaxRecordsPerFrame);
        FrameError fault = FrameHeader.TryRead(bytes, limits, out FrameHeader header);
        return fault == FrameError.None ? header : throw new InvalidDataException($"the frame's header: {fault}");
    }

    private BlockLease Rent(int bytes)
    {
        SpinWait wait = default;
        BlockLease lease;
        while (!_core.Blocks.TryRent(bytes, BlockPurpose.Frame, out lease))
        {
            wait.SpinOnce();
        }

        return lease;
    }

    private void Answer(ulong sequence, EngineAnswer answer)
    {
        if (_waiting.TryRemove(sequence, out TaskCompletionSource<EngineAnswer>? waiting))
        {
            waiting.TrySetResult(answer);
        }
    }
}
