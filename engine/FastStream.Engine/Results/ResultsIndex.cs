using FastStream.Engine.Journal;

namespace FastStream.Engine.Results;

/// <summary>
/// Finds closed windows in the results log without a scan: for each view its windows by start, each with the
/// addresses of its entries. In memory; built again at open by one scan of the log.
/// </summary>
/// <remarks>
/// Written by the results thread, once an entry of at most 512 rows; read by any thread. One lock, held for binary
/// searches and copies of 48 bytes an entry, never while the log is read.
/// </remarks>
internal sealed class ResultsIndex
{
    private readonly Lock _guard = new();
    private readonly Dictionary<(uint StreamId, uint ViewId), ViewIndex> _views = [];
    private volatile bool _isCut; // set by the results thread, read by any

    /// <summary>Retention has removed results.</summary>
    internal bool IsCut => _isCut;

    /// <summary>Entries of all views.</summary>
    internal long EntryCount
    {
        get
        {
            lock (_guard)
            {
                return _views.Values.Sum(view => (long)view.Count);
            }
        }
    }

    internal void Add(uint streamId, uint viewId, in IndexedEntry entry)
    {
        lock (_guard)
        {
            if (!_views.TryGetValue((streamId, viewId), out ViewIndex? view))
            {
                view = new ViewIndex();
                _views.Add((streamId, viewId), view);
            }

            view.Add(in entry);
        }
    }

    /// <summary>Forgets what lies below an address, before the log itself is truncated there.</summary>
    internal void DropBefore(long address)
    {
        lock (_guard)
        {
            foreach (ViewIndex view in _views.Values)
            {
                view.DropBefore(address);
            }

            _isCut = true;
        }
    }

    /// <summary>Forgets a view.</summary>
    internal void DropView(uint streamId, uint viewId)
    {
        lock (_guard)
        {
            _views.Remove((streamId, viewId));
        }
    }

    /// <summary>Any thread: how many windows of a view have results that are kept.</summary>
    internal long CountWindows(uint streamId, uint viewId)
    {
        lock (_guard)
        {
            return _views.TryGetValue((streamId, viewId), out ViewIndex? view) ? view.CountWindows() : 0;
        }
    }

    /// <summary>
    /// Entries of windows that start in [fromNs, toNs), in order, at most <paramref name="limit"/>; with a key only
    /// those that may hold it, with <paramref name="after"/> only those after it. Any thread.
    /// </summary>
    internal List<IndexedEntry> Find(
        uint streamId, uint viewId, ulong? key, long fromNs, long toNs, IndexedEntry? after, int limit)
    {
        List<IndexedEntry> found = [];
        lock (_guard)
        {
            if (!_views.TryGetValue((streamId, viewId), out ViewIndex? view))
            {
                return found;
            }

            if (key is ulong value)
            {
                view.CopyKey(value, fromNs, toNs, after, limit, found);
            }
            else
            {
                view.CopyRange(fromNs, toNs, after, limit, found);
            }
        }

        return found;
    }

    /// <summary>Reads the whole log and indexes it.</summary>
    /// <param name="log">The results log, just opened.</param>
    /// <param name="replayFromAddress">The journal address from which entries will be replayed.</param>
    /// <param name="marks">Told of each entry's address and age.</param>
    internal ResultsScan Rebuild(IEntryLog log, long replayFromAddress, RetentionMarks marks)
    {
        var scan = new ResultsScan { CompareFromAddress = log.TailAddress };
        byte[] scratch = [];
        using IEntryScanner scanner = log.Scan(log.BeginAddress, log.TailAddress);
        bool isFirst = true;
        while (scanner.MoveNext(out long address, out EntryHeader header, out ReadOnlySpan<byte> payload))
        {
            scan.IsCutAtBegin |= isFirst && header.EntrySequence > 1;
            isFirst = false;
            if (header.Kind != EntryKind.Results)
            {
                continue;
            }

            ResultRows rows = ResultRows.Open(address, in header, payload, ref scratch);
            var entry = new IndexedEntry(
                rows.WindowStartNs, rows.WindowEndNs, address, rows.Keys[0], rows.RowCount, (int)header.SchemaId);
            Add(header.StreamId, header.ProducerId, in entry);
            marks.Note(address, header.ArrivalNs);
            scan.EntryCount++;
            if ((long)header.Epoch >= replayFromAddress && scan.CompareFromAddress > address)
            {
                scan.CompareFromAddress = address;
            }
        }

        _isCut = scan.IsCutAtBegin;
        return scan;
    }
}
