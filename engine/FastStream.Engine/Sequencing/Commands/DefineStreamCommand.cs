using FastStream.Engine.Definitions;
using FastStream.Engine.Journal;
using FastStream.Engine.Monitoring;
using FastStream.Protocol;

namespace FastStream.Engine.Sequencing.Commands;

/// <summary>Creates a stream with its default views, or takes on added fields, rules and changed bounds.</summary>
internal sealed class DefineStreamCommand(StreamDefinition definition) : ControlCommand
{
    /// <summary>Journals and applies a definition. Defining what is there already changes nothing.</summary>
    public static CommandAnswer Define(Sequencer sequencer, StreamDefinition definition)
    {
        definition.Validate();
        StreamState? stream = sequencer.State.FindStream(definition.Name);
        if (stream is not null && stream.Definition.FindChangeFault(definition) is string fault)
        {
            return CommandAnswer.Refused(ErrorCode.SchemaConflict, fault);
        }

        if (stream is null && sequencer.State.Streams.Length >= sequencer.State.Limits.MaxStreams)
        {
            sequencer.Counters.Add(EngineCounter.LimitRefusals, 1);
            return CommandAnswer.Refused(
                ErrorCode.TooManyStreams,
                $"there are {sequencer.State.Streams.Length} streams, as many as may be: raise MaxStreams");
        }

        if (stream is null || !stream.Definition.Equals(definition))
        {
            uint id = stream?.Id ?? (uint)sequencer.State.Streams.Length + 1;
            EntryHeader header = new() { Kind = EntryKind.StreamDefined, StreamId = id };
            byte[] payload = ControlEntry.Stream(definition);
            ErrorCode code = sequencer.Appender.Append(ref header, payload, out long address);
            if (code != ErrorCode.None)
            {
                return CommandAnswer.Refused(code, sequencer.Appender.Explain(code));
            }

            sequencer.Applier.ApplyControl(address, sequencer.Appender.EndAddress, header, payload);
            stream = sequencer.State.StreamOf(id);
        }

        return AddDefaultViews(sequencer, stream, definition);
    }

    protected override CommandAnswer Execute(Sequencer sequencer) => Define(sequencer, definition);

    private static CommandAnswer AddDefaultViews(Sequencer sequencer, StreamState stream, StreamDefinition definition)
    {
        foreach (ViewDefinition view in definition.DefaultViews)
        {
            CommandAnswer answer = AddViewCommand.Add(sequencer, stream, view);
            if (answer.IsRefused)
            {
                return answer;
            }
        }

        return CommandAnswer.Done(sequencer.Appender.EndAddress);
    }
}
