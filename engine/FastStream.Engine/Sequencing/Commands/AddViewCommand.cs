using FastStream.Engine.Definitions;
using FastStream.Engine.Journal;
using FastStream.Protocol;

namespace FastStream.Engine.Sequencing.Commands;

/// <summary>
/// Adds a view: from the first window that no record of the stream can have entered before. Adding it again as it is
/// changes nothing.
/// </summary>
internal sealed class AddViewCommand(ViewDefinition view) : ControlCommand
{
    public static CommandAnswer Add(Sequencer sequencer, StreamState stream, ViewDefinition view)
    {
        view.Validate(stream.Definition);
        if (stream.FindView(view.Name) is ViewEntry existing)
        {
            return existing.Definition.Text == view.Text
                ? CommandAnswer.Done()
                : CommandAnswer.Refused(
                    ErrorCode.NotAllowed,
                    $"view \"{view.Name}\" of stream \"{stream.Definition.Name}\" is there as "
                    + $"\"{existing.Definition.Text}\": drop it first or take another name");
        }

        if (stream.Views.Length >= DefinitionLimits.MaxViewCount)
        {
            return CommandAnswer.Refused(
                ErrorCode.NotAllowed,
                $"stream \"{stream.Definition.Name}\" has {stream.Views.Length} views, as many as may be: drop one");
        }

        EntryHeader header = new()
        {
            Kind = EntryKind.ViewAdded,
            StreamId = stream.Id,
            Detail = (uint)stream.NextViewId,
        };
        byte[] payload = ControlEntry.View(view, FirstWindowStart(stream, view));
        ErrorCode code = sequencer.Appender.Append(ref header, payload, out long address);
        if (code != ErrorCode.None)
        {
            return CommandAnswer.Refused(code, sequencer.Appender.Explain(code));
        }

        long end = sequencer.Appender.EndAddress;
        sequencer.Applier.ApplyControl(address, end, header, payload);
        return CommandAnswer.Done(end);
    }

    protected override CommandAnswer Execute(Sequencer sequencer) =>
        sequencer.State.FindStream(view.Stream) is StreamState stream
            ? Add(sequencer, stream, view)
            : CommandAnswer.Refused(
                ErrorCode.UnknownStream, $"stream \"{view.Stream}\" does not exist: add it before its views");

    private static long FirstWindowStart(StreamState stream, ViewDefinition view)
    {
        long highest = stream.Time.Highest;
        return highest == SourceTime.None ? SourceTime.None : view.Window.EndOf(highest);
    }
}
