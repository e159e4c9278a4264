namespace FastStream.TestKit.Model;

/// <summary>An entry of the journal: one input that may change the outcome. Its address is its place, from 1.</summary>
internal abstract record ModelEntry(string Stream)
{
    /// <summary>A sequenced frame, whole.</summary>
    internal sealed record Frame(string Stream, string Producer, long Epoch, ModelFrame Content, long ArrivalNs)
        : ModelEntry(Stream);

    /// <summary>A frame that was refused for good: its sequence number is spent, its records are counted.</summary>
    internal sealed record Tombstone(
        string Stream, string Producer, long Epoch, ModelFrame Content, ModelRefusal Reason) : ModelEntry(Stream);

    /// <summary>A stream, or its new definition.</summary>
    internal sealed record StreamDefined(ModelStreamDefinition Definition) : ModelEntry(Definition.Name);

    /// <summary>A new view, and the start of the first window it takes.</summary>
    internal sealed record ViewAdded(string Stream, ModelViewDefinition Definition, long FirstWindowStartNs)
        : ModelEntry(Stream);

    /// <summary>A view that is no more, with all its rows.</summary>
    internal sealed record ViewDropped(string Stream, string View) : ModelEntry(Stream);

    /// <summary>A producer's new epoch.</summary>
    internal sealed record ProducerOpened(string Stream, string Producer, long Epoch) : ModelEntry(Stream);

    /// <summary>Sources that leave the watermark until they speak.</summary>
    internal sealed record SourcesSetAside(string Stream, IReadOnlyList<string> Producers) : ModelEntry(Stream);

    /// <summary>The watermark is moved by hand.</summary>
    internal sealed record Advance(string Stream, long TimeNs) : ModelEntry(Stream);

    /// <summary>A state is to be saved here; it changes nothing.</summary>
    internal sealed record Snapshot() : ModelEntry(string.Empty);
}
