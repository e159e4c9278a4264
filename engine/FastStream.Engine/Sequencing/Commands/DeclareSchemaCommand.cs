using FastStream.Engine.Definitions;
using FastStream.Engine.Ingress;
using FastStream.Engine.Journal;
using FastStream.Engine.Monitoring;
using FastStream.Protocol;

namespace FastStream.Engine.Sequencing.Commands;

/// <summary>
/// Schema: maps a session's columns to the stream's fields; creates the stream, or adds fields to it, where allowed.
/// The same number with the same fields changes nothing.
/// </summary>
internal sealed class DeclareSchemaCommand(Session session, uint schemaId, IReadOnlyList<string> fields)
    : ControlCommand
{
    protected override CommandAnswer Execute(Sequencer sequencer)
    {
        StreamState? stream = sequencer.State.FindStream(session.StreamName);
        if (stream is null)
        {
            CommandAnswer created = Create(sequencer);
            if (created.IsRefused)
            {
                return created;
            }

            stream = sequencer.State.FindStream(session.StreamName)!;
        }

        if (session.Producer is null)
        {
            CommandAnswer held = OpenSessionCommand.Hold(sequencer, stream, session);
            if (held.IsRefused)
            {
                return held;
            }
        }

        CommandAnswer grown = AddFields(sequencer, stream);
        return grown.IsRefused ? grown : Intern(sequencer, stream);
    }

    private CommandAnswer Create(Sequencer sequencer)
    {
        if (!sequencer.AllowNewStreams)
        {
            return CommandAnswer.Refused(
                ErrorCode.UnknownStream,
                $"stream \"{session.StreamName}\" does not exist: add it, or allow producers to create streams");
        }

        StreamDefinition definition = StreamDefinition.CreateDefault(session.StreamName, session.KeyKind, fields);
        return DefineStreamCommand.Define(sequencer, definition);
    }

    private CommandAnswer AddFields(Sequencer sequencer, StreamState stream)
    {
        string? computed = fields.FirstOrDefault(stream.Definition.IsComputed);
        if (computed is not null)
        {
            return CommandAnswer.Refused(
                ErrorCode.SchemaConflict,
                $"field \"{computed}\" of stream \"{stream.Definition.Name}\" is computed: it cannot be sent");
        }

        if (fields.All(f => stream.Definition.OrdinalOf(f) >= 0))
        {
            return CommandAnswer.Done();
        }

        return sequencer.AllowNewStreams
            ? DefineStreamCommand.Define(sequencer, stream.Definition.WithFields(fields))
            : CommandAnswer.Refused(
                ErrorCode.SchemaConflict,
                $"stream \"{stream.Definition.Name}\" has fields {string.Join(", ", stream.Definition.Fields)}: "
                + $"send those, not {string.Join(", ", fields)}");
    }

    private CommandAnswer Intern(Sequencer sequencer, StreamState stream)
    {
        int[] ordinals = [.. fields.Select(stream.Definition.OrdinalOf)];
        if (session.Layouts.TryGetValue(schemaId, out RecordLayout? known))
        {
            return known.Matches(ordinals)
                ? CommandAnswer.Done()
                : CommandAnswer.Refused(
                    ErrorCode.SchemaConflict,
                    $"schema {schemaId} was announced with other fields: take another number");
        }

        if (session.Layouts.Count >= Session.MaxSchemas)
        {
            sequencer.Counters.Add(EngineCounter.LimitRefusals, 1);
            return CommandAnswer.Refused(
                ErrorCode.SchemaConflict, $"a session may announce {Session.MaxSchemas} schemas: open another session");
        }

        RecordLayout? layout = stream.FindLayout(ordinals);
        int limit = sequencer.State.Limits.MaxLayoutsPerStream;
        if (layout is null && stream.Layouts.Length >= limit)
        {
            sequencer.Counters.Add(EngineCounter.LimitRefusals, 1);
            return CommandAnswer.Refused(
                ErrorCode.SchemaConflict,
                $"stream \"{stream.Definition.Name}\" has {limit} layouts, as many as may be: send the fields in an "
                + $"order used before, or raise {nameof(EngineLimits.MaxLayoutsPerStream)}");
        }

        if (layout is null)
        {
            EntryHeader header = new()
            {
                Kind = EntryKind.LayoutDefined,
                StreamId = stream.Id,
                SchemaId = (uint)stream.Layouts.Length + 1,
            };
            byte[] payload = ControlEntry.Layout(ordinals);
            ErrorCode code = sequencer.Appender.Append(ref header, payload, out long address);
            if (code != ErrorCode.None)
            {
                return CommandAnswer.Refused(code, sequencer.Appender.Explain(code));
            }

            sequencer.Applier.ApplyControl(address, sequencer.Appender.EndAddress, header, payload);
            layout = stream.Layouts[^1];
        }

        session.Layouts.Add(schemaId, layout);
        return CommandAnswer.Done(sequencer.Appender.EndAddress);
    }
}
