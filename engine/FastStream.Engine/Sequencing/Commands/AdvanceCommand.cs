using FastStream.Engine.Definitions;
using FastStream.Engine.Journal;
using FastStream.Protocol;

namespace FastStream.Engine.Sequencing.Commands;

/// <summary>
/// Raises a stream's watermark by decree, to a given time or far enough to close every window that has a record.
/// </summary>
internal sealed class AdvanceCommand(string streamName, long? watermark) : ControlCommand
{
    /// <summary>The watermark that was journaled; read after the answer.</summary>
    public long Watermark { get; private set; }

    protected override CommandAnswer Execute(Sequencer sequencer)
    {
        if (sequencer.State.FindStream(streamName) is not StreamState stream)
        {
            return CommandAnswer.Refused(ErrorCode.UnknownStream, $"stream \"{streamName}\" does not exist");
        }

        if (watermark is long given && !EventTimeRange.Contains(given))
        {
            return CommandAnswer.Refused(
                ErrorCode.NotAllowed, $"time {given} ns is outside 1679-01-01..2261-01-01: give one inside");
        }

        Watermark = watermark ?? EndOfAll(stream);
        EntryHeader header = new() { Kind = EntryKind.Advance, StreamId = stream.Id };
        byte[] payload = ControlEntry.Number(Watermark);
        ErrorCode code = sequencer.Appender.Append(ref header, payload, out long address);
        if (code != ErrorCode.None)
        {
            return CommandAnswer.Refused(code, sequencer.Appender.Explain(code));
        }

        long end = sequencer.Appender.EndAddress;
        sequencer.Applier.ApplyControl(address, end, header, payload);
        return CommandAnswer.Done(end);
    }

    private static long EndOfAll(StreamState stream)
    {
        long highest = stream.Time.Highest;
        long end = highest;
        foreach (ViewEntry view in stream.Views)
        {
            end = highest == SourceTime.None
                ? end
                : Math.Max(end, view.Definition.Window.EndOf(highest) + view.Definition.LatenessNs);
        }

        return end;
    }
}
