using FastStream.TestKit.Model;

namespace FastStream.TestKit.Oracle;

/// <summary>Plays the database's rows to the model, as the producers of a text stream would send them.</summary>
internal static class OracleRun
{
    /// <summary>
    /// Feeds all records in frames of the given size. Every producer first promises a time before all records, so that
    /// all have joined before any window closes: the database knows only lateness by a producer's own progress.
    /// </summary>
    public static void Feed(
        ReferenceEngine model, string stream, IReadOnlyList<OracleRecord> records, int recordsPerFrame)
    {
        long beforeAllNs = records.Min(record => record.TimeNs) - 1;
        Dictionary<string, Sender> senders = [];
        foreach (string name in records.Select(record => record.Producer).Distinct().Order())
        {
            senders.Add(name, new Sender(model, model.Hello(stream, name, level: ModelAckLevel.None)));
        }

        foreach (Sender sender in senders.Values)
        {
            sender.Send(ModelFrame.Time(0, beforeAllNs));
        }

        foreach (OracleRecord record in records)
        {
            senders[record.Producer].Add(record, recordsPerFrame);
        }

        foreach (Sender sender in senders.Values)
        {
            sender.SendPending();
        }
    }

    private sealed class Sender(ReferenceEngine model, ModelSession session)
    {
        private readonly Dictionary<string, int> _ids = [];
        private readonly List<ModelRecord> _pending = [];
        private long _sequence;

        public void Add(OracleRecord record, int recordsPerFrame)
        {
            if (!_ids.TryGetValue(record.Key, out int id))
            {
                id = _ids.Count;
                _ids.Add(record.Key, id);
                Send(ModelFrame.Dictionary(0, id, record.Key));
            }

            _pending.Add(new ModelRecord((ulong)id, record.TimeNs, record.Value ?? double.NaN));
            if (_pending.Count == recordsPerFrame)
            {
                SendPending();
            }
        }

        public void SendPending()
        {
            if (_pending.Count > 0)
            {
                Send(ModelFrame.Data(0, [.. _pending]));
                _pending.Clear();
            }
        }

        public void Send(ModelFrame frame)
        {
            ModelReply reply = model.Offer(session, frame with { Sequence = ++_sequence }, long.MaxValue);
            if (reply.Verdict != ModelVerdict.Accepted)
            {
                throw new InvalidOperationException($"the model answers {reply.Verdict} ({reply.Reason})");
            }
        }
    }
}
