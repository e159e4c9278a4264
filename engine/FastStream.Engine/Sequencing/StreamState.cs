using FastStream.Engine.Definitions;

namespace FastStream.Engine.Sequencing;

/// <summary>
/// What the sequencer knows of one stream: its definition, views, layouts, producers, key names and source time.
/// </summary>
/// <remarks>
/// Owner: the sequencer thread, or the replay before it starts. Lists that other threads read are replaced, never
/// changed in place.
/// </remarks>
internal sealed class StreamState(uint id, StreamDefinition definition, int keyLimit)
{
    private readonly Dictionary<string, ProducerState> _producersByName = new(StringComparer.Ordinal);

    /// <summary>Number of the stream in the journal, from 1.</summary>
    public uint Id { get; } = id;

    public StreamDefinition Definition { get; set; } = definition;

    /// <summary>Views in the order of their numbers, each with the start of the first window it takes.</summary>
    public ViewEntry[] Views { get; set; } = [];

    /// <summary>Number for the next view; numbers are never reused.</summary>
    public int NextViewId { get; set; } = 1;

    public RecordLayout[] Layouts { get; set; } = [];

    public List<ProducerState> Producers { get; } = [];

    public KeyNames Names { get; } = new(keyLimit);

    public SourceTime Time { get; } = new();

    public ProducerState? FindProducer(string name) => _producersByName.GetValueOrDefault(name);

    public void Add(ProducerState producer)
    {
        Producers.Add(producer);
        _producersByName.Add(producer.Name, producer);
    }

    public RecordLayout? FindLayout(ReadOnlySpan<int> fieldOrdinals)
    {
        foreach (RecordLayout layout in Layouts)
        {
            if (layout.Matches(fieldOrdinals))
            {
                return layout;
            }
        }

        return null;
    }

    public ViewEntry? FindView(string name) => Array.Find(Views, v => v.Definition.Name == name);
}
