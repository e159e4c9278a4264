using FastStream.Engine.Partitions;
using FastStream.Engine.Partitions.Aggregation;

namespace FastStream.Engine.Results;

/// <summary>
/// The open window of a view over all keys: merges the partitions' slots, in slot order, into its one row.
/// </summary>
/// <remarks>
/// Owner: the results thread. Slices stay here, visible to queries, until the row is complete: at most 256 rows of
/// slots a window, in a slice or two a partition.
/// </remarks>
internal sealed class OverAllWindow : IDisposable
{
    private readonly Dictionary<(uint StreamId, uint ViewId), OverAllMerge> _merges = [];
    private readonly List<(int Partition, ResultSlice Slice)> _slices = [];
    private OverAllMerge? _merge; // of the open window; null when its view is by key
    private double[] _values = [];
    private long _count;
    private bool _isFinished;

    /// <summary>Whether the open window is one over all.</summary>
    internal bool IsOpen => _merge is not null;

    /// <summary>Slices of the open window that were merged.</summary>
    internal IReadOnlyList<(int Partition, ResultSlice Slice)> Slices => _slices;

    /// <summary>Begins a window, over all or not.</summary>
    internal void Begin(ResultsView view)
    {
        _merge = null;
        _isFinished = false;
        if (!view.IsOverAll)
        {
            return;
        }

        if (!_merges.TryGetValue((view.StreamId, view.ViewId), out _merge))
        {
            _merge = view.CreateOverAllMerge();
            _merges.Add((view.StreamId, view.ViewId), _merge);
        }

        if (_values.Length != _merge.ValueCount)
        {
            _values = new double[_merge.ValueCount];
        }

        _merge.Begin();
    }

    /// <summary>Merges a slice and keeps it until the window ends.</summary>
    internal void Add(int partition, ResultSlice slice)
    {
        _merge!.Add(slice);
        _slices.Add((partition, slice));
    }

    /// <summary>Gives the row to the sink; false when the sink is full: try again.</summary>
    internal bool TryEmit(IClosedWindowSink sink)
    {
        if (!_isFinished)
        {
            _count = _merge!.Finish(_values);
            _isFinished = true;
        }

        ulong key = 0; // a row over all has no key
        return sink.AddRows(new ReadOnlySpan<ulong>(in key), new ReadOnlySpan<long>(in _count), _values) == 1;
    }

    /// <summary>Ends the window: its slices go back.</summary>
    internal void End(Action<int, ResultSlice> giveBack)
    {
        foreach ((int partition, ResultSlice slice) in _slices)
        {
            giveBack(partition, slice);
        }

        _slices.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (OverAllMerge merge in _merges.Values)
        {
            merge.Dispose();
        }

        _merges.Clear();
    }
}
