using FastStream.Engine.Journal;
using FastStream.Engine.Sequencing;
using FastStream.Protocol;

namespace FastStream.TestKit.Engines;

/// <summary>
/// Sets every live source but the one heard of last aside, as the engine does by itself when a clock says so: at a
/// place of the journal that the test chooses instead of at some tick.
/// </summary>
internal sealed class SetAsideCommand(string streamName) : ControlCommand
{
    /// <inheritdoc/>
    protected override CommandAnswer Execute(Sequencer sequencer)
    {
        StreamState stream = sequencer.State.FindStream(streamName)!;
        List<ProducerState> live = [.. stream.Producers.Where(source => source.IsLive)];
        if (live.Count < 2)
        {
            return CommandAnswer.Done();
        }

        live.Remove(live.OrderByDescending(source => source.LastArrivalNs).ThenBy(source => source.Name, StringComparer.Ordinal).First());
        EntryHeader header = new() { Kind = EntryKind.SourcesSetAside, StreamId = stream.Id };
        byte[] payload = ControlEntry.Producers(live);
        ErrorCode code = sequencer.Appender.Append(ref header, payload, out long address);
        if (code != ErrorCode.None)
        {
            return CommandAnswer.Refused(code, sequencer.Appender.Explain(code));
        }

        long end = sequencer.Appender.EndAddress;
        sequencer.Applier.ApplyControl(address, end, header, payload);
        return CommandAnswer.Done(end);
    }
}
