using FastStream.Engine.Journal;
using FastStream.Engine.Memory;
using FastStream.Engine.Results;

namespace FastStream.Engine.Serving;

/// <summary>
/// Answers window queries from the results log by its index: binary searches, then only the entries that are needed.
/// Safe for all threads; ingest does not notice.
/// </summary>
/// <remarks>
/// Open windows are asked for before: the engine creates the collector, lets the partitions add to it, then the
/// results thread, and hands it in. So an answer has every row that had been applied when the query came.
/// </remarks>
internal sealed class WindowQueryRunner(IEntryLog log, ResultsIndex index, BlockPool pool)
{
    // Index entries copied at a time: 48 KiB, and the first ones often suffice.
    private const int EntriesPerTurn = 1024;

    /// <summary>Adds closed windows to what the collector has and completes the answer.</summary>
    internal WindowAnswer Run(WindowRowCollector collector)
    {
        WindowQuery query = collector.Query;
        ResultsView view = collector.View;
        byte[] scratch = [];
        IndexedEntry? after = null;
        while (true)
        {
            List<IndexedEntry> found = index.Find(
                view.StreamId, view.ViewId, collector.Key, query.FromNs, query.ToNs, after, EntriesPerTurn);
            foreach (IndexedEntry entry in found)
            {
                if (collector.IsFullBefore(entry.StartNs))
                {
                    return collector.Complete(index.IsCut);
                }

                Add(in entry, collector, ref scratch);
                after = entry;
            }

            if (found.Count < EntriesPerTurn)
            {
                return collector.Complete(index.IsCut);
            }
        }
    }

    /// <summary>
    /// Every kept row of a view's closed windows, window by window in order of start, for the digest. A window's rows
    /// are in order of (slot, key). Only those whose cause lies below a journal address, for a look at the past.
    /// </summary>
    internal IEnumerable<WindowRow> ReadAll(ResultsView view, long causesBelow = long.MaxValue)
    {
        IndexedEntry? after = null;
        while (true)
        {
            List<IndexedEntry> found = index.Find(
                view.StreamId, view.ViewId, null, long.MinValue, long.MaxValue, after, EntriesPerTurn);
            foreach (IndexedEntry entry in found)
            {
                foreach (WindowRow row in Read(view, entry, causesBelow))
                {
                    yield return row;
                }

                after = entry;
            }

            if (found.Count < EntriesPerTurn)
            {
                yield break;
            }
        }
    }

    private IReadOnlyList<WindowRow> Read(ResultsView view, IndexedEntry entry, long causesBelow)
    {
        var query = new WindowQuery
        {
            Stream = view.Stream.Name,
            View = view.View.Name,
            Limit = ResultEntryLayout.RowLimit,
        };
        var collector = new WindowRowCollector(view, query, null);
        byte[] scratch = [];
        Add(in entry, collector, ref scratch, causesBelow);
        return collector.Complete(isCutByRetention: false).Rows;
    }

    private void Add(
        in IndexedEntry entry, WindowRowCollector collector, ref byte[] scratch, long causesBelow = long.MaxValue)
    {
        if (!TryRead(entry.Address, out EntryHeader header, out BlockLease payload))
        {
            return;
        }

        using (payload)
        {
            if ((long)header.Epoch >= causesBelow)
            {
                return; // it came of a later entry than the moment that is looked at
            }

            ReadOnlySpan<byte> bytes = payload.Span[..(int)header.PayloadBytes];
            ResultRows rows = ResultRows.Open(entry.Address, in header, bytes, ref scratch);
            collector.AddClosed(in rows, (int)header.SchemaId, entry.Address);
        }
    }

    // An entry that retention has removed since it was found is passed over; the index says then that it was cut.
    private bool TryRead(long address, out EntryHeader header, out BlockLease payload)
    {
        try
        {
            return log.TryRead(address, pool, out header, out payload);
        }
        catch (JournalDamagedException) when (log.BeginAddress > address)
        {
            header = default;
            payload = default;
            return false;
        }
    }
}
