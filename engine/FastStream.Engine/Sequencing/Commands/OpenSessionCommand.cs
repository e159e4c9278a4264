using System.Text;
using FastStream.Engine.Ingress;
using FastStream.Engine.Journal;
using FastStream.Engine.Monitoring;
using FastStream.Protocol;

namespace FastStream.Engine.Sequencing.Commands;

/// <summary>
/// Hello: gives the session its producer and epoch. Where the stream does not exist yet, that waits for the schema,
/// which says what the stream's fields are.
/// </summary>
internal sealed class OpenSessionCommand(Session session) : ControlCommand
{
    /// <summary>What the welcome says; read after the answer.</summary>
    public ulong Epoch { get; private set; }

    public ulong LastSequence { get; private set; }

    public int DictionaryCount { get; private set; }

    public byte[] Position { get; private set; } = [];

    protected override CommandAnswer Execute(Sequencer sequencer)
    {
        StreamState? stream = sequencer.State.FindStream(session.StreamName);
        if (stream is null)
        {
            Epoch = Math.Max(1, session.RequestedEpoch);
            return sequencer.AllowNewStreams
                ? Expect(sequencer.State)
                : CommandAnswer.Refused(
                    ErrorCode.UnknownStream,
                    $"stream \"{session.StreamName}\" does not exist: add it, or allow producers to create streams");
        }

        if (stream.Definition.KeyKind != session.KeyKind)
        {
            return CommandAnswer.Refused(
                ErrorCode.WrongKeyKind,
                $"stream \"{session.StreamName}\" has {stream.Definition.KeyKind} keys, not {session.KeyKind}");
        }

        CommandAnswer answer = Hold(sequencer, stream, session);
        if (session.Producer is ProducerState producer)
        {
            Epoch = producer.Epoch;
            LastSequence = producer.LastSequence;
            DictionaryCount = producer.DictionaryCount;
            Position = producer.Position.ToArray();
        }

        return answer;
    }

    /// <summary>Gives the session its producer, opening a new epoch where one was asked for.</summary>
    public static CommandAnswer Hold(Sequencer sequencer, StreamState stream, Session session)
    {
        ProducerState? producer = stream.FindProducer(session.ProducerName);
        if (producer is null && sequencer.State.Producers.Count >= sequencer.State.Limits.MaxProducers)
        {
            sequencer.Counters.Add(EngineCounter.LimitRefusals, 1);
            return CommandAnswer.Refused(
                ErrorCode.TooManyProducers,
                $"there are {sequencer.State.Producers.Count} producers, as many as may be: raise MaxProducers");
        }

        ulong epoch = session.RequestedEpoch == 0 ? (producer?.Epoch ?? 0) + 1 : session.RequestedEpoch;
        if (producer is not null && epoch < producer.Epoch)
        {
            return CommandAnswer.Refused(
                ErrorCode.Fenced, $"epoch {epoch} is below {producer.Epoch}, which is live: "
                + "ask for epoch 0 for the next");
        }

        if (producer is not null && epoch == producer.Epoch)
        {
            return HoldSameEpoch(sequencer, producer, session);
        }

        return OpenEpoch(sequencer, stream, producer, epoch, session);
    }

    // The welcome names an epoch that is opened only with the schema, so two sessions must not be told the same one.
    private CommandAnswer Expect(EngineState state)
    {
        (string, string) name = (session.StreamName, session.ProducerName);
        if (state.Expected.TryGetValue(name, out Session? other) && other is { IsClosed: false })
        {
            return CommandAnswer.Refused(
                ErrorCode.ProducerBusy,
                $"producer \"{session.ProducerName}\" has a live session, which has not sent its schema yet: end it, "
                + "or try again");
        }

        state.Expected[name] = session;
        return CommandAnswer.Done();
    }

    private static CommandAnswer HoldSameEpoch(Sequencer sequencer, ProducerState producer, Session session)
    {
        if (producer.Session is { IsClosed: false } other && other != session)
        {
            return CommandAnswer.Refused(
                ErrorCode.ProducerBusy,
                $"producer \"{producer.Name}\" has a live session: end it, "
                + $"or take over with epoch {producer.Epoch + 1}");
        }

        Bind(sequencer.State, producer, session);
        return CommandAnswer.Done(producer.LastEndAddress);
    }

    private static CommandAnswer OpenEpoch(
        Sequencer sequencer, StreamState stream, ProducerState? producer, ulong epoch, Session session)
    {
        uint id = (uint)(producer?.Id ?? sequencer.State.Producers.Count + 1);
        EntryHeader header = new()
        {
            Kind = EntryKind.ProducerOpened,
            StreamId = stream.Id,
            ProducerId = id,
            Epoch = epoch,
        };
        byte[] payload = Encoding.UTF8.GetBytes(session.ProducerName);
        ErrorCode code = sequencer.Appender.Append(ref header, payload, out long address);
        if (code != ErrorCode.None)
        {
            return CommandAnswer.Refused(code, sequencer.Appender.Explain(code));
        }

        long end = sequencer.Appender.EndAddress;
        sequencer.Applier.ApplyControl(address, end, header, payload);
        producer = sequencer.State.ProducerOf(id);
        if (producer.Session is { IsClosed: false } fenced && fenced != session)
        {
            fenced.IsClosed = true;
            fenced.Output.Close(
                ErrorCode.Fenced, $"epoch {epoch} of producer \"{producer.Name}\" has taken over: "
                + "this session is over");
        }

        Bind(sequencer.State, producer, session);
        return CommandAnswer.Done(end);
    }

    private static void Bind(EngineState state, ProducerState producer, Session session)
    {
        producer.Session = session;
        session.Producer = producer;
        state.Expected.Remove((session.StreamName, session.ProducerName));
        session.Epoch = producer.Epoch;
    }
}
