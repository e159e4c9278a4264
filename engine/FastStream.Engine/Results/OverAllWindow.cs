using FastStream.Engine.Partitions;
using FastStream.Engine.Partitions.Aggregation;

namespace FastStream.Engine.Results;

/// <summary>
/// The open window of a view over all keys: merges the partitions' slots, in slot order, into its one row.
/// </summary>
/// <remarks>
/// Owner: the results thread. A slice is done with once it has been merged, so that a partition gets it back though
/// its share of the window is larger than all its slices; a query is shown what was merged so far, as one row.
/// </remarks>
internal sealed class OverAllWindow : IDisposable
{
    private readonly Dictionary<(uint StreamId, uint ViewId), OverAllMerge> _merges = [];
    private readonly ResultSlice _soFar = new();
    private OverAllMerge? _merge; // of the open window; null when its view is by key
    private ClosedWindow _window;
    private double[] _values = [];
    private long _count;
    private bool _isFinished;

    /// <summary>Whether the open window is one over all.</summary>
    internal bool IsOpen => _merge is not null;

    /// <summary>Begins a window, over all or not.</summary>
    internal void Begin(ResultsView view, in ClosedWindow window)
    {
        _merge = null;
        _window = window;
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

    /// <summary>Merges a slice, which is free then.</summary>
    internal void Add(ResultSlice slice) => _merge!.Add(slice);

    /// <summary>
    /// What was merged of the open window, if it is one of this view; borrowed until the next call.
    /// </summary>
    internal ResultSlice? SoFar(uint streamId, uint viewId)
    {
        if (_merge is null || _window.StreamId != streamId || _window.ViewId != viewId)
        {
            return null;
        }

        _soFar.Reset(maxRows: 1, _merge.ValueCount);
        (_soFar.StreamId, _soFar.ViewId, _soFar.CauseAddress) = (streamId, viewId, _window.CauseAddress);
        (_soFar.WindowStart, _soFar.WindowEnd) = (_window.StartNs, _window.EndNs);
        _soFar.Revision = _window.Revision;
        return _merge.TrySave(_soFar) ? _soFar : null;
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

    /// <summary>Ends the window.</summary>
    internal void End() => _merge = null;

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
