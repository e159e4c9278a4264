using FastStream.Engine.Definitions;

namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>
/// Merges the slots of one window of a view over all keys into its row, always in slot order, so that the bits do
/// not depend on the number of partitions. One instance a view; not thread-safe.
/// </summary>
internal sealed class OverAllMerge : IDisposable
{
    /// <param name="view">The view, grouped over all.</param>
    /// <param name="stream">Its stream.</param>
    public OverAllMerge(ViewDefinition view, StreamDefinition stream) => ValueCount = view.Aggregates.Length;

    /// <summary>Aggregates of the view.</summary>
    public int ValueCount { get; }

    /// <summary>Starts a window.</summary>
    public void Begin() => throw new NotImplementedException();

    /// <summary>Adds the slots of a partial slice; slots must rise over all calls since <see cref="Begin"/>.</summary>
    public void Add(ResultSlice slice) => throw new NotImplementedException();

    /// <summary>Ends the window: gives its record count and fills in its values.</summary>
    public long Finish(Span<double> values) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();
}
