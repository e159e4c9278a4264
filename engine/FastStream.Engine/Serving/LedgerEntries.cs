using FastStream.Engine.Definitions;
using FastStream.Engine.Monitoring;
using FastStream.Engine.Partitions;

namespace FastStream.Engine.Serving;

/// <summary>Puts the partitions' counters into the ledger's words, and the ledger into the digest.</summary>
internal static class LedgerEntries
{
    public static StreamLedger Of(StreamDefinition stream, StreamCounters counters)
    {
        List<RuleCount> rules = [];
        IReadOnlyList<string> names = stream.RefusalNames;
        for (int rule = 0; rule < counters.RuleCount; rule++)
        {
            rules.Add(new RuleCount(rule < names.Count ? names[rule] : $"rule {rule}", counters.RefusedBy(rule)));
        }

        return new StreamLedger
        {
            Stream = stream.Name,
            Records = counters.Journaled,
            Prepared = counters.Prepared,
            Rules = rules,
            Future = counters.Future,
            TimeRange = counters.TimeRange,
            KeyLimit = counters.KeyLimit,
            Tombstone = counters.Tombstone,
        };
    }

    public static ViewLedger Of(string stream, string view, ViewCounters counters) => new()
    {
        Stream = stream,
        View = view,
        Prepared = counters.Prepared,
        Applied = counters.Applied,
        Filtered = counters.Filtered,
        Late = counters.Late,
        LateAfterIdle = counters.LateAfterIdle,
        LateOnJoin = counters.LateOnJoin,
        OverLimit = counters.OverLimit,
        WindowContributions = counters.WindowContributions,
    };

    public static void AddTo(DigestWriter digest, StreamLedger ledger)
    {
        digest.AddCount("records", ledger.Records);
        digest.AddCount("prepared", ledger.Prepared);
        for (int rule = 0; rule < ledger.Rules.Count; rule++)
        {
            digest.AddCount($"rule_{rule}", ledger.Rules[rule].Refused);
        }

        digest.AddCount("future", ledger.Future);
        digest.AddCount("time_range", ledger.TimeRange);
        digest.AddCount("key_limit", ledger.KeyLimit);
        digest.AddCount("tombstone", ledger.Tombstone);
    }

    public static void AddTo(DigestWriter digest, ViewLedger ledger)
    {
        digest.AddCount("prepared", ledger.Prepared);
        digest.AddCount("applied", ledger.Applied);
        digest.AddCount("filtered", ledger.Filtered);
        digest.AddCount("late", ledger.Late);
        digest.AddCount("late_after_idle", ledger.LateAfterIdle);
        digest.AddCount("late_on_join", ledger.LateOnJoin);
        digest.AddCount("over_limit", ledger.OverLimit);
        digest.AddCount("window_contributions", ledger.WindowContributions);
    }
}
