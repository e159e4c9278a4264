using FastStream.TestKit.Model;

namespace FastStream.TestKit.Oracle;

/// <summary>The database's rows as frames of the producers of a text stream.</summary>
internal static class OracleFrames
{
    /// <summary>
    /// All records in frames of the given size, dictionary frames before the names they need, numbered from 1 for each
    /// producer. Every producer first promises a time before all records, so that all have joined before any window
    /// closes: the database knows only lateness by a producer's own progress.
    /// </summary>
    public static IEnumerable<OracleFrame> Of(IReadOnlyList<OracleRecord> records, int recordsPerFrame)
    {
        long beforeAllNs = records.Min(record => record.TimeNs) - 1;
        SortedDictionary<string, Sender> senders = new(StringComparer.Ordinal);
        foreach (string name in records.Select(record => record.Producer).Distinct())
        {
            senders.Add(name, new Sender(name));
        }

        foreach (Sender sender in senders.Values)
        {
            yield return sender.Next(ModelFrame.Time(0, beforeAllNs));
        }

        foreach (OracleRecord record in records)
        {
            Sender sender = senders[record.Producer];
            if (sender.Announce(record.Key) is { } dictionary)
            {
                yield return dictionary;
            }

            sender.Pending.Add(sender.Of(record));
            if (sender.Pending.Count == recordsPerFrame)
            {
                yield return sender.Cut();
            }
        }

        foreach (Sender sender in senders.Values.Where(sender => sender.Pending.Count > 0))
        {
            yield return sender.Cut();
        }
    }

    private sealed class Sender(string name)
    {
        private readonly Dictionary<string, int> _ids = [];
        private long _sequence;

        public List<ModelRecord> Pending { get; } = [];

        public OracleFrame? Announce(string key)
        {
            int id = _ids.Count;
            return _ids.TryAdd(key, id) ? Next(ModelFrame.Dictionary(0, id, key)) : null;
        }

        public ModelRecord Of(OracleRecord record) =>
            new((ulong)_ids[record.Key], record.TimeNs, record.Value ?? double.NaN);

        public OracleFrame Cut()
        {
            ModelFrame frame = ModelFrame.Data(0, [.. Pending]);
            Pending.Clear();
            return Next(frame);
        }

        public OracleFrame Next(ModelFrame frame) => new(name, frame with { Sequence = ++_sequence });
    }
}
