namespace FastStream.Engine.Results;

/// <summary>
/// The entries of one view, sorted by <see cref="IndexedEntry.Compare"/>. 48 bytes an entry of up to 512 rows. New
/// windows mostly come last, so adding is mostly an append. Not thread-safe: <see cref="ResultsIndex"/> locks.
/// </summary>
internal sealed class ViewIndex
{
    private IndexedEntry[] _entries = new IndexedEntry[16];

    internal int Count { get; private set; }

    internal ReadOnlySpan<IndexedEntry> Entries => _entries.AsSpan(0, Count);

    internal void Add(in IndexedEntry entry)
    {
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, 2 * Count);
        }

        int at = Count;
        if (Count > 0 && IndexedEntry.Compare(in _entries[Count - 1], in entry) > 0)
        {
            at = FirstAbove(in entry);
            Array.Copy(_entries, at, _entries, at + 1, Count - at);
        }

        _entries[at] = entry;
        Count++;
    }

    /// <summary>How many windows the entries belong to.</summary>
    internal long CountWindows()
    {
        long count = 0;
        for (int i = 0; i < Count; i++)
        {
            count += i == 0 || _entries[i].StartNs != _entries[i - 1].StartNs ? 1 : 0;
        }

        return count;
    }

    /// <summary>Forgets the entries below an address of the log.</summary>
    internal void DropBefore(long address)
    {
        int kept = 0;
        for (int i = 0; i < Count; i++)
        {
            if (_entries[i].Address >= address)
            {
                _entries[kept++] = _entries[i];
            }
        }

        Count = kept;
    }

    /// <summary>Index of the first entry whose window starts at or after a time.</summary>
    internal int FirstFrom(long startNs)
    {
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_entries[middle].StartNs < startNs)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>
    /// Copies the entries of windows that start in [fromNs, toNs), at most so many, from the one after
    /// <paramref name="after"/> on.
    /// </summary>
    internal void CopyRange(long fromNs, long toNs, IndexedEntry? after, int limit, List<IndexedEntry> target)
    {
        int first = after is IndexedEntry last ? FirstAbove(in last) : FirstFrom(fromNs);
        for (int i = first; i < Count && _entries[i].StartNs < toNs && limit > 0; i++, limit--)
        {
            target.Add(_entries[i]);
        }
    }

    /// <summary>
    /// Copies, for windows that start in [fromNs, toNs), the entries that may hold a key: for each window and revision
    /// the last one whose first row is not above the key. Two binary searches each.
    /// </summary>
    internal void CopyKey(
        ulong key, long fromNs, long toNs, IndexedEntry? after, int limit, List<IndexedEntry> target)
    {
        int i = after is IndexedEntry last
            ? FirstOfNext(last.StartNs, last.Revision, FirstAbove(in last))
            : FirstFrom(fromNs);
        while (i < Count && _entries[i].StartNs < toNs && limit > 0)
        {
            IndexedEntry window = _entries[i];
            int above = FirstAbove(window with { FirstKey = key });
            if (above > i)
            {
                target.Add(_entries[above - 1]);
                limit--;
            }

            i = FirstOfNext(window.StartNs, window.Revision, Math.Max(above, i + 1));
        }
    }

    // The first entry after `from` of another window or revision: tries near, then further, as most windows are small.
    private int FirstOfNext(long startNs, int revision, int from)
    {
        int step = 1;
        int low = from;
        int high = from;
        while (high < Count && IsSame(high))
        {
            low = high + 1;
            high += step;
            step *= 2;
        }

        high = Math.Min(high, Count);
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (IsSame(middle))
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;

        bool IsSame(int index) => _entries[index].StartNs == startNs && _entries[index].Revision == revision;
    }

    private int FirstAbove(in IndexedEntry entry)
    {
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (IndexedEntry.Compare(in _entries[middle], in entry) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
