using System.Collections.Immutable;
using FastStream.Engine.Partitions;
using FastStream.Engine.Partitions.Aggregation;
using FastStream.Engine.Results;

namespace FastStream.Engine.Serving;

/// <summary>
/// Gathers the rows of one answer from where they lie (open windows, results on their way, results log), keeps the
/// first ones up to the limit and each (window, key) once. For one thread at a time.
/// </summary>
/// <remarks>
/// Rows move from partitions to the log while they are gathered, in that order; so gather in that order too, and a
/// row is seen once or twice but never missed. Of two sightings the final one wins, of two revisions the higher one.
/// Memory: at most twice the limit, and some; when that is full the rows are sorted and cut.
/// </remarks>
internal sealed class WindowRowCollector
{
    private const int SpareRows = 1024;

    private readonly ResultsView _view;
    private readonly WindowQuery _query;
    private readonly ulong? _key;
    private readonly List<WindowRow> _rows = [];
    private readonly SortedDictionary<long, List<ResultSlice>> _partials = []; // by window start, of a view over all
    private WindowRow? _lastKept; // set once rows were cut: later ones are of no use
    private bool _isTruncated;

    /// <param name="view">The view asked for.</param>
    /// <param name="query">The query, valid.</param>
    /// <param name="key">The key or its number; null for all keys.</param>
    internal WindowRowCollector(ResultsView view, WindowQuery query, ulong? key)
    {
        _view = view;
        _query = query;
        _key = view.IsOverAll ? null : key;
    }

    internal ResultsView View => _view;

    internal WindowQuery Query => _query;

    internal ulong? Key => _key;

    /// <summary>True when rows of windows that start later cannot be among the first ones any more.</summary>
    internal bool IsFullBefore(long startNs) => _lastKept is not null && startNs > _lastKept.StartNs;

    /// <summary>Copies rows of a partition or the merger, from <paramref name="fromRow"/> on.</summary>
    internal void AddOpen(ResultSlice slice, int fromRow)
    {
        if (!IsAsked(slice.WindowStart))
        {
            return;
        }

        if (slice.IsPartial)
        {
            AddPartial(slice);
            return;
        }

        for (int row = fromRow; row < slice.RowCount; row++)
        {
            if (_key is null || slice.Keys[row] == _key)
            {
                Add(slice.WindowStart, slice.WindowEnd, slice.Keys[row], slice.Counts[row],
                    [.. slice.ValuesOf(row)], WindowState.Open, slice.Revision, -1);
            }
        }
    }

    /// <summary>Takes copies of rows of an entry that has not left.</summary>
    internal void AddOpen(ResultEntry entry)
    {
        if (!IsAsked(entry.Window.StartNs))
        {
            return;
        }

        for (int row = 0; row < entry.RowCount; row++)
        {
            if (_key is null || entry.Keys[row] == _key)
            {
                ImmutableArray<double>.Builder values = ImmutableArray.CreateBuilder<double>(entry.ValueCount);
                for (int value = 0; value < entry.ValueCount; value++)
                {
                    values.Add(entry.Values(value)[row]);
                }

                Add(entry.Window.StartNs, entry.Window.EndNs, entry.Keys[row], entry.Counts[row],
                    values.MoveToImmutable(), WindowState.Open, entry.Window.Revision, -1);
            }
        }
    }

    /// <summary>Takes copies of rows of the results log.</summary>
    internal void AddClosed(in ResultRows rows, int revision, long address)
    {
        ReadOnlySpan<ulong> keys = rows.Keys;
        for (int row = 0; row < rows.RowCount; row++)
        {
            if (_key is null || keys[row] == _key)
            {
                ImmutableArray<double>.Builder values = ImmutableArray.CreateBuilder<double>(rows.ValueCount);
                for (int value = 0; value < rows.ValueCount; value++)
                {
                    values.Add(rows.Values(value)[row]);
                }

                Add(rows.WindowStartNs, rows.WindowEndNs, keys[row], rows.Counts[row],
                    values.MoveToImmutable(), WindowState.Closed, revision, address);
            }
        }
    }

    /// <summary>The answer; nothing may be added afterwards.</summary>
    internal WindowAnswer Complete(bool isCutByRetention)
    {
        MergePartials();
        SortAndCut();
        return new WindowAnswer
        {
            ValueNames = _view.ValueNames,
            Rows = _rows,
            IsTruncated = _isTruncated,
            IsCutByRetention = isCutByRetention,
        };
    }

    private bool IsAsked(long startNs) => startNs >= _query.FromNs && startNs < _query.ToNs;

    private void Add(
        long startNs, long endNs, ulong key, long count, ImmutableArray<double> values,
        WindowState state, int revision, long address)
    {
        var row = new WindowRow
        {
            StartNs = startNs,
            EndNs = endNs,
            Key = key,
            KeyText = _view.KeyTextOf(key),
            Count = count,
            Values = values,
            State = state,
            Revision = revision,
            Address = address,
        };
        if (_lastKept is not null && CompareIdentity(row, _lastKept) > 0)
        {
            return;
        }

        _rows.Add(row);
        if (_rows.Count > 2L * _query.Limit + SpareRows)
        {
            SortAndCut();
        }
    }

    private void AddPartial(ResultSlice slice)
    {
        var copy = new ResultSlice();
        copy.CopyFrom(slice);
        if (!_partials.TryGetValue(slice.WindowStart, out List<ResultSlice>? slices))
        {
            slices = [];
            _partials.Add(slice.WindowStart, slices);
        }

        slices.Add(copy);
    }

    private void MergePartials()
    {
        if (_partials.Count == 0)
        {
            return;
        }

        using OverAllMerge merge = _view.CreateOverAllMerge();
        foreach (List<ResultSlice> slices in _partials.Values)
        {
            slices.Sort(static (left, right) => left.Keys[0].CompareTo(right.Keys[0]));
            merge.Begin();
            if (slices.Find(slice => slice.IsMerged) is ResultSlice merged)
            {
                merge.Resume(merged);
            }

            foreach (ResultSlice slice in slices.Where(slice => !slice.IsMerged))
            {
                // A share that moved from its partition to the merger meanwhile was seen twice, with the same slots.
                merge.AddRest(slice);
            }

            double[] values = new double[merge.ValueCount];
            long count = merge.Finish(values);
            ResultSlice any = slices[0];
            Add(any.WindowStart, any.WindowEnd, 0, count, [.. values], WindowState.Open, any.Revision, -1);
        }

        _partials.Clear();
    }

    private void SortAndCut()
    {
        _rows.Sort(static (left, right) =>
        {
            int order = CompareIdentity(left, right);
            order = order != 0 ? order : right.Revision.CompareTo(left.Revision);
            return order != 0 ? order : left.State.CompareTo(right.State); // the final one first
        });
        int kept = 0;
        for (int i = 0; i < _rows.Count; i++)
        {
            if (kept == 0 || CompareIdentity(_rows[kept - 1], _rows[i]) != 0)
            {
                _rows[kept++] = _rows[i];
            }
        }

        if (kept > _query.Limit)
        {
            kept = _query.Limit;
            _isTruncated = true;
        }

        _rows.RemoveRange(kept, _rows.Count - kept);
        _lastKept = kept == _query.Limit ? _rows[^1] : null;
    }

    private static int CompareIdentity(WindowRow left, WindowRow right)
    {
        int order = left.StartNs.CompareTo(right.StartNs);
        order = order != 0 ? order : string.CompareOrdinal(left.KeyText, right.KeyText);
        return order != 0 ? order : left.Key.CompareTo(right.Key);
    }
}
