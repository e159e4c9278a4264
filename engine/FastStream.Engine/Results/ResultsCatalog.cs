using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace FastStream.Engine.Results;

/// <summary>
/// The views whose results there are, by number. Safe for all threads. A dropped view stays: closes that waited at
/// the drop, and results that are kept, still need its shape.
/// </summary>
internal sealed class ResultsCatalog
{
    private readonly ConcurrentDictionary<(uint StreamId, uint ViewId), ResultsView> _views = new();

    /// <summary>Adds a view or takes on its changed stream; before the first slice of it arrives.</summary>
    internal void Set(ResultsView view) => _views[(view.StreamId, view.ViewId)] = view;

    internal bool TryGet(uint streamId, uint viewId, [NotNullWhen(true)] out ResultsView? view) =>
        _views.TryGetValue((streamId, viewId), out view);

    /// <summary>The view; it is known, as its definition was journaled before its results.</summary>
    internal ResultsView Get(uint streamId, uint viewId) =>
        _views.TryGetValue((streamId, viewId), out ResultsView? view)
            ? view
            : throw new InvalidOperationException($"Results of view {viewId} of stream {streamId}, which is unknown.");
}
