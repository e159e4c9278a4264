namespace FastStream.TestKit.Model;

/// <summary>
/// Everything that the journal decides. The state after address A is a function of the entries up to A and of
/// nothing else: no clock, no acks, no sessions in here.
/// </summary>
internal sealed class ModelState
{
    private readonly SortedDictionary<string, ModelStream> _streams = new(StringComparer.Ordinal);
    private readonly List<ModelWindowRow> _closed = [];

    /// <summary>Address of the last entry applied.</summary>
    public long Address { get; private set; }

    /// <summary>Streams by name.</summary>
    public IReadOnlyDictionary<string, ModelStream> Streams => _streams;

    /// <summary>Rows of closed windows in the order of their causes.</summary>
    public IReadOnlyList<ModelWindowRow> ClosedRows => _closed;

    /// <summary>Rows of open windows.</summary>
    public IEnumerable<ModelWindowRow> OpenRows =>
        _streams.Values.SelectMany(stream => stream.Views).SelectMany(view => view.OpenRows);

    /// <summary>Rows of all windows, closed or open.</summary>
    public IEnumerable<ModelWindowRow> AllRows => _closed.Concat(OpenRows);

    /// <summary>Applies the next entry, then closes windows.</summary>
    public ModelOutcome Apply(ModelEntry entry)
    {
        Address++;
        ModelOutcome outcome = new();
        switch (entry)
        {
            case ModelEntry.StreamDefined defined when _streams.TryGetValue(defined.Stream, out ModelStream? known):
                known.Definition = defined.Definition;
                break;
            case ModelEntry.StreamDefined defined:
                _streams.Add(defined.Stream, new ModelStream(defined.Definition));
                break;
            case ModelEntry.ViewAdded added:
                _streams[added.Stream].AddView(added.Definition, added.FirstWindowStartNs);
                break;
            case ModelEntry.ViewDropped dropped:
                _streams[dropped.Stream].DropView(dropped.View);
                _closed.RemoveAll(row => row.Stream == dropped.Stream && row.View.Name == dropped.View);
                break;
            case ModelEntry.ProducerOpened opened:
                _streams[opened.Stream].OpenProducer(opened.Producer, opened.Epoch);
                break;
            case ModelEntry.SourcesSetAside aside:
                _streams[aside.Stream].Time.SetAside(aside.Producers);
                break;
            case ModelEntry.Advance advance:
                _streams[advance.Stream].Time.Advance(advance.TimeNs);
                break;
            case ModelEntry.Tombstone tombstone:
                _streams[tombstone.Stream].Apply(tombstone);
                break;
            case ModelEntry.Frame frame:
                outcome = _streams[frame.Stream].Apply(frame);
                break;
            case ModelEntry.Snapshot:
                break;
            default:
                throw new InvalidOperationException($"entry {entry} is unknown");
        }

        if (_streams.TryGetValue(entry.Stream, out ModelStream? touched))
        {
            _closed.AddRange(touched.Close(Address));
        }

        return outcome;
    }

    /// <summary>A copy that shares only the cells of closed windows, which nobody changes.</summary>
    public ModelState Clone()
    {
        ModelState copy = new() { Address = Address };
        copy._closed.AddRange(_closed);
        foreach ((string name, ModelStream stream) in _streams)
        {
            copy._streams.Add(name, stream.Clone());
        }

        return copy;
    }
}
