using System.Text;
using FastStream.Engine.Sequencing;
using FastStream.Engine.Sequencing.Commands;
using FastStream.Protocol;
using FastStream.Protocol.Messages;

namespace FastStream.Engine.Ingress.Tcp;

/// <summary>
/// The frames of a connection that are no part of the stream: hello, schema, ping, query, subscribe. Off the hot path.
/// </summary>
/// <remarks>Owner: the connection's pump; answers of queries come from tasks of their own.</remarks>
internal sealed class SessionDialogue(ListenerContext context, Outbox outbox) : IDisposable
{
    /// <summary>Queries and subscriptions that one connection may have under way.</summary>
    internal const int MaxQuestions = 64;

    private readonly CancellationTokenSource _stop = new();
    private SemaphoreSlim? _answering; // made by the first query: one answer of a connection at a time
    private int _questionCount; // by Interlocked: the pump and the questions' tasks

    /// <summary>The producer's session; null before the hello and where the connection only asks.</summary>
    public Session? Session { get; private set; }

    /// <summary>Whether the hello was answered.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Whether frames are never acked here.</summary>
    public bool ExpectsNoAcks => Session is null || Session.Level == AckLevel.None || Session.IsClosed;

    /// <summary>Takes a frame that can be answered without waiting; false for the others.</summary>
    public bool TryTakeAtOnce(in FrameHeader header, ReadOnlySpan<byte> frame)
    {
        if (header.Kind == FrameKind.Hello ? IsOpen : !IsOpen || !header.Kind.IsFromClient())
        {
            RefuseUnexpected(header.Kind);
            return true;
        }

        switch (header.Kind)
        {
            case FrameKind.Ping when PingReader.TryRead(Payload(header, frame), out ulong token) == FrameError.None:
                outbox.Pong(token);
                return true;
            case FrameKind.Query:
                StartQuery(header, frame);
                return true;
            case FrameKind.Subscribe:
                StartSubscription(header, frame);
                return true;
            case FrameKind.Ping:
                RefusePayload(header.Kind, FrameError.Truncated);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Takes a hello or a schema.</summary>
    public async ValueTask TakeAsync(FrameHeader header, byte[] frame)
    {
        try
        {
            await (header.Kind == FrameKind.Hello ? OpenAsync(header, frame) : DeclareAsync(header, frame))
                .ConfigureAwait(false);
        }
        catch (IOException fault)
        {
            outbox.Close(ErrorCode.Faulted, fault.Message);
        }
        catch (ObjectDisposedException)
        {
            outbox.Close(ErrorCode.ShuttingDown, "the engine has stopped: connect again when it is back");
        }
    }

    /// <summary>A frame that may not come here ends the connection.</summary>
    public void RefuseUnexpected(FrameKind kind)
    {
        if (!IsOpen)
        {
            outbox.Close(ErrorCode.HelloExpected, $"a {kind} frame came before the hello: send the hello first");
        }
        else if (kind.IsSequenced())
        {
            outbox.Close(
                ErrorCode.NotAllowed, $"a {kind} frame came, and the hello named no producer: name one to send");
        }
        else
        {
            outbox.Close(
                ErrorCode.NotAllowed, $"a {kind} frame may not come here: one hello, and frames of a client only");
        }
    }

    /// <summary>Ends the questions under way.</summary>
    public void Stop() => _stop.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private async Task OpenAsync(FrameHeader header, byte[] frame)
    {
        if (!TryReadHello(header, frame, out Session? session, out KeyKind keyKind))
        {
            return;
        }

        if (session is null)
        {
            IsOpen = true;
            Welcome(keyKind, AckLevel.None, null);
            return;
        }

        OpenSessionCommand open = new(session);
        CommandAnswer answer = await context.Core.RunAsync(open).ConfigureAwait(false);
        if (answer.IsRefused)
        {
            outbox.Close(answer.Code, answer.Text);
            return;
        }

        Session = session;
        IsOpen = true;
        Welcome(keyKind, session.Level, open);
    }

    private bool TryReadHello(in FrameHeader header, byte[] frame, out Session? session, out KeyKind keyKind)
    {
        session = null;
        FrameError error = HelloReader.TryRead(Payload(header, frame), out HelloReader hello);
        keyKind = hello.KeyKind;
        if (error != FrameError.None)
        {
            RefusePayload(header.Kind, error);
            return false;
        }

        if (hello.ProtocolVersion != WireFormat.Version)
        {
            outbox.Close(
                ErrorCode.WrongVersion,
                $"the client speaks protocol version {hello.ProtocolVersion}, this server {WireFormat.Version}: "
                + ErrorCode.WrongVersion.Remedy());
            return false;
        }

        if (!hello.Producer.IsEmpty)
        {
            session = new Session(
                Encoding.UTF8.GetString(hello.Stream),
                Encoding.UTF8.GetString(hello.Producer),
                hello.KeyKind,
                context.Core.Grant(header.AckLevel),
                hello.Epoch,
                outbox);
        }

        return true;
    }

    private void Welcome(KeyKind keyKind, AckLevel level, OpenSessionCommand? open)
    {
        EngineLimits limits = context.Core.Options.Limits;
        outbox.Welcome(
            new WelcomeFields
            {
                ProtocolVersion = WireFormat.Version,
                KeyKind = keyKind,
                AckLevel = level,
                DictionaryCount = (uint)(open?.DictionaryCount ?? 0),
                Epoch = open?.Epoch ?? 0,
                LastSequence = open?.LastSequence ?? 0,
                MaxFrameBytes = limits.MaxFrameBytes,
                MaxInFlightBytes = limits.MaxInFlightBytesPerSession,
                MaxRecordsPerFrame = WireFormat.MaxRecordsPerFrame,
            },
            open?.Position);
    }

    private async Task DeclareAsync(FrameHeader header, byte[] frame)
    {
        if (Session is not Session session)
        {
            outbox.Close(ErrorCode.NotAllowed, "a schema came, and the hello named no producer: name one to send");
            return;
        }

        if (!TryReadFields(header, frame, out List<string> fields))
        {
            return;
        }

        DeclareSchemaCommand declare = new(session, header.SchemaId, fields);
        CommandAnswer answer = await context.Core.RunAsync(declare).ConfigureAwait(false);
        if (answer.IsRefused)
        {
            outbox.Error(answer.Code, answer.Text);
        }
        else
        {
            outbox.SchemaAccepted(header.SchemaId, session.Producer!.Stream.Definition.Fields.Length);
        }
    }

    private bool TryReadFields(in FrameHeader header, ReadOnlySpan<byte> frame, out List<string> fields)
    {
        fields = [];
        FrameError error = SchemaReader.TryRead(Payload(header, frame), out SchemaReader schema);
        if (error != FrameError.None)
        {
            RefusePayload(header.Kind, error);
            return false;
        }

        for (int i = 0; i < schema.FieldCount; i++)
        {
            fields.Add(Encoding.UTF8.GetString(schema.Name(i)));
        }

        return true;
    }

    private void StartQuery(in FrameHeader header, ReadOnlySpan<byte> frame)
    {
        FrameError error = QueryReader.TryRead(Payload(header, frame), out QueryReader query);
        if (error != FrameError.None)
        {
            RefusePayload(header.Kind, error);
            return;
        }

        string text = Encoding.UTF8.GetString(query.Text);
        uint id = query.RequestId;
        CancellationToken stop = _stop.Token;
        SemaphoreSlim answering = _answering ??= new SemaphoreSlim(1);
        Start(id, questions => AnswerAsync(questions, id, text, answering, stop));
    }

    private void StartSubscription(in FrameHeader header, ReadOnlySpan<byte> frame)
    {
        FrameError error = SubscribeReader.TryRead(Payload(header, frame), out SubscribeReader subscribe);
        if (error != FrameError.None)
        {
            RefusePayload(header.Kind, error);
            return;
        }

        string stream = Encoding.UTF8.GetString(subscribe.Stream);
        string view = Encoding.UTF8.GetString(subscribe.View);
        AckLevel level = subscribe.Level;
        ulong from = subscribe.FromAddress;
        uint id = subscribe.RequestId;
        CancellationToken stop = _stop.Token;
        Start(
            id,
            questions => questions.SubscribeAsync(
                stream, view, level, from, new AnswerLines(outbox, id, slots: null), stop));
    }

    // An answer is held in memory while it is written, so a connection whose answers are not read holds one of them.
    private async Task AnswerAsync(
        IConnectionQuestions questions, uint requestId, string text, SemaphoreSlim answering, CancellationToken stop)
    {
        await answering.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            await context.Slots.EnterAsync(stop).ConfigureAwait(false);
            try
            {
                AnswerLines lines = new(outbox, requestId, context.Slots);
                await questions.AnswerAsync(text, lines, stop).ConfigureAwait(false);
            }
            finally
            {
                context.Slots.Leave();
            }
        }
        finally
        {
            answering.Release();
        }
    }

    private void Start(uint requestId, Func<IConnectionQuestions, Task> ask)
    {
        if (context.Questions is not IConnectionQuestions questions)
        {
            outbox.Error(ErrorCode.NotAllowed, $"request {requestId}: questions are not answered here: ask over HTTP");
        }
        else if (Interlocked.Increment(ref _questionCount) > MaxQuestions)
        {
            Interlocked.Decrement(ref _questionCount);
            outbox.Error(
                ErrorCode.Overloaded,
                $"request {requestId}: {MaxQuestions} questions of this connection are under way: wait for one to end");
        }
        else
        {
            _ = Task.Run(() => AskAsync(questions, requestId, ask));
        }
    }

    private async Task AskAsync(
        IConnectionQuestions questions, uint requestId, Func<IConnectionQuestions, Task> ask)
    {
        try
        {
            await ask(questions).ConfigureAwait(false);
            await outbox.ResultAsync(requestId, isLast: true, default).ConfigureAwait(false);
        }
        catch (Serving.QueryException fault)
        {
            outbox.Error(fault.Code, $"request {requestId}: {fault.Message}");
        }
        catch (OperationCanceledException)
        {
            // The connection has ended.
        }
#pragma warning disable CA1031 // An answer that fails must not take the process with it.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            context.Log.Warn("question", $"A question over a frame connection failed: {fault}");
            outbox.Error(ErrorCode.Faulted, $"request {requestId}: {fault.Message}");
        }
        finally
        {
            Interlocked.Decrement(ref _questionCount);
        }
    }

    private void RefusePayload(FrameKind kind, FrameError error) =>
        outbox.Close(error.ToErrorCode(), $"the {kind} frame cannot be read ({error}): {error.ToErrorCode().Remedy()}");

    private static ReadOnlySpan<byte> Payload(in FrameHeader header, ReadOnlySpan<byte> frame) =>
        frame.Slice(WireFormat.HeaderBytes, header.PayloadBytes);

    private sealed class AnswerLines(Outbox outbox, uint requestId, QuestionSlots? slots) : IAnswerLines
    {
        public Task WriteAsync(ReadOnlyMemory<byte> lines)
        {
            Task room = outbox.ResultAsync(requestId, isLast: false, lines.Span);
            return slots is null || room.IsCompleted ? room : slots.StepAsideAsync(room);
        }
    }
}
