using FastStream.Engine.Journal;
using FastStream.Protocol;

namespace FastStream.Engine.Sequencing.Commands;

/// <summary>Drops a view and its open windows.</summary>
internal sealed class DropViewCommand(string streamName, string viewName) : ControlCommand
{
    protected override CommandAnswer Execute(Sequencer sequencer)
    {
        if (sequencer.State.FindStream(streamName) is not StreamState stream)
        {
            return CommandAnswer.Refused(ErrorCode.UnknownStream, $"stream \"{streamName}\" does not exist");
        }

        if (stream.FindView(viewName) is not ViewEntry view)
        {
            return CommandAnswer.Refused(
                ErrorCode.UnknownView, $"stream \"{streamName}\" has no view \"{viewName}\": list them with view list");
        }

        EntryHeader header = new()
        {
            Kind = EntryKind.ViewDropped,
            StreamId = stream.Id,
            Detail = (uint)view.Definition.Id,
        };
        ErrorCode code = sequencer.Appender.Append(ref header, [0], out long address);
        if (code != ErrorCode.None)
        {
            return CommandAnswer.Refused(code, sequencer.Appender.Explain(code));
        }

        long end = sequencer.Appender.EndAddress;
        sequencer.Applier.ApplyControl(address, end, header, [0]);
        return CommandAnswer.Done(end);
    }
}
