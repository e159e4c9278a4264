using FastStream.Engine.Journal;
using FastStream.Protocol;

namespace FastStream.Engine.Sequencing;

/// <summary>
/// Finds sources that have been quiet for too long, or lie too far behind, and sets them aside by a journal entry, so
/// that they no longer hold windows open.
/// </summary>
/// <remarks>
/// Owner: the sequencer thread. Looks at every source of streams with two live ones or more, once a tick: about 1 ms
/// for 50,000 sources. A restart counts as an arrival: sources get their time-out to come back.
/// </remarks>
internal sealed class IdleSources(Sequencer sequencer, long startNs)
{
    private readonly List<ProducerState> _found = [];

    public void SetAside()
    {
        long now = sequencer.Appender.NowNs;
        foreach (StreamState stream in sequencer.State.Streams)
        {
            if (stream.Time.LiveCount >= 2)
            {
                Find(stream, now);
                if (_found.Count > 0)
                {
                    Journal(stream);
                }
            }
        }
    }

    private void Find(StreamState stream, long now)
    {
        _found.Clear();
        long idleNs = stream.Definition.IdleTimeoutNs;
        long lagNs = stream.Definition.LagBoundNs ?? long.MaxValue;
        foreach (ProducerState source in stream.Producers)
        {
            if (source.IsLive
                && (now - Math.Max(source.LastArrivalNs, startNs) > idleNs || Lags(source, stream, lagNs)))
            {
                _found.Add(source);
            }
        }

        // The last live source stays: setting it aside would change nothing but its name for lateness.
        if (_found.Count == stream.Time.LiveCount)
        {
            _found.Remove(_found.MaxBy(s => s.LastArrivalNs)!);
        }
    }

    private static bool Lags(ProducerState source, StreamState stream, long lagNs) =>
        lagNs != long.MaxValue
        && source.Progress != SourceTime.None
        && source.Progress < stream.Time.Highest - lagNs;

    // In as many entries as it takes: what one may hold depends on the journal's pages.
    private void Journal(StreamState stream)
    {
        int most = sequencer.Appender.MaxPayloadBytes / ControlEntry.ProducerBytes;
        for (int first = 0; first < _found.Count; first += most)
        {
            EntryHeader header = new() { Kind = EntryKind.SourcesSetAside, StreamId = stream.Id };
            byte[] payload = ControlEntry.Producers(_found.GetRange(first, Math.Min(most, _found.Count - first)));
            if (sequencer.Appender.Append(ref header, payload, out long address) != ErrorCode.None)
            {
                return; // the rest at the next look
            }

            sequencer.Applier.ApplyControl(address, sequencer.Appender.EndAddress, header, payload);
        }
    }
}
