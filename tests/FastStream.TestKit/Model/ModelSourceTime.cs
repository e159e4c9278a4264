namespace FastStream.TestKit.Model;

/// <summary>
/// The state machine of source time. A source is a producer; its progress lives on over its epochs. The watermark is
/// the highest value that the smallest progress of the live sources ever had, or a time it was advanced to; with no
/// live source it stays. A live source that has no progress yet has promised nothing: it holds the watermark.
/// </summary>
internal sealed class ModelSourceTime
{
    private readonly SortedDictionary<string, ModelSource> _sources = new(StringComparer.Ordinal);

    /// <summary>No window that ends (with its lateness) at or before this is open.</summary>
    public long WatermarkNs { get; private set; } = long.MinValue;

    /// <summary>The highest progress that any source ever had.</summary>
    public long HighestNs { get; private set; } = long.MinValue;

    /// <summary>Sources by producer name.</summary>
    public IReadOnlyDictionary<string, ModelSource> Sources => _sources;

    /// <summary>The source as the next frame finds it; a newcomer when unknown or ended.</summary>
    public ModelSource Of(string producer) =>
        _sources.TryGetValue(producer, out ModelSource? source) ? source : new ModelSource();

    /// <summary>A data or time frame has been judged: its source stands at the given progress and is live.</summary>
    public void Move(string producer, long progressNs)
    {
        ModelSource source = Of(producer);
        source.ProgressNs = Math.Max(source.ProgressNs, progressNs);
        source.Live = true;
        HighestNs = Math.Max(HighestNs, source.ProgressNs);
        _sources[producer] = source;
        RaiseWatermark();
    }

    /// <summary>Idle or lagging sources leave the minimum until they speak again.</summary>
    public void SetAside(IEnumerable<string> producers)
    {
        foreach (string producer in producers)
        {
            if (_sources.TryGetValue(producer, out ModelSource? source) && source.Live)
            {
                source.Live = false;
                source.WasSetAside = true;
            }
        }

        RaiseWatermark();
    }

    /// <summary>The source is done and forgotten: whoever comes back under its name is a newcomer.</summary>
    public void End(string producer)
    {
        _sources.Remove(producer);
        RaiseWatermark();
    }

    /// <summary>Somebody says that nothing before this time matters any more.</summary>
    public void Advance(long timeNs) => WatermarkNs = Math.Max(WatermarkNs, timeNs);

    /// <summary>A copy that shares nothing.</summary>
    public ModelSourceTime Clone()
    {
        ModelSourceTime copy = new() { WatermarkNs = WatermarkNs, HighestNs = HighestNs };
        foreach ((string producer, ModelSource source) in _sources)
        {
            copy._sources.Add(producer, source.Clone());
        }

        return copy;
    }

    private void RaiseWatermark()
    {
        if (_sources.Values.Any(source => source.Live))
        {
            Advance(_sources.Values.Where(source => source.Live).Min(source => source.ProgressNs));
        }
    }
}
