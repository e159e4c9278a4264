using FastStream.Engine.Definitions;

namespace FastStream.Engine.Sequencing;

/// <summary>
/// All that the journal has said so far, apart from what partitions hold: streams, producers, numbers given out.
/// </summary>
/// <remarks>Owner: the sequencer thread, or the replay before it starts. Readers of <see cref="Streams"/> on other
/// threads see an array that is replaced, never changed.</remarks>
internal sealed class EngineState(EngineLimits limits)
{
    private readonly Dictionary<string, StreamState> _streamsByName = new(StringComparer.Ordinal);

    public EngineLimits Limits { get; } = limits;

    /// <summary>Stream i has number i + 1.</summary>
    public StreamState[] Streams { get; private set; } = [];

    /// <summary>Producer i has number i + 1.</summary>
    public List<ProducerState> Producers { get; } = [];

    /// <summary>
    /// Sessions whose stream does not exist yet, by stream and producer: the first schema of a name makes the stream.
    /// Not part of the state; at most one entry a session.
    /// </summary>
    public Dictionary<(string Stream, string Producer), Ingress.Session> Expected { get; } = [];

    /// <summary>Number of the newest snapshot entry.</summary>
    public ulong LastSnapshot { get; set; }

    /// <summary>Arrival time of the newest entry: stamps never go back, whatever the clock does.</summary>
    public long LastArrivalNs { get; set; }

    /// <summary>Frames taken over all time: what a restart reports as recovered.</summary>
    public long FrameCount { get; set; }

    /// <summary>
    /// The journal holds entries that stand for lost ones: a producer's sequence may jump. Not part of the state.
    /// </summary>
    public bool HasLostEntries { get; set; }

    public StreamState? FindStream(string name) => _streamsByName.GetValueOrDefault(name);

    public StreamState StreamOf(uint id) => id >= 1 && id <= Streams.Length
        ? Streams[id - 1]
        : throw new InvalidDataException($"The journal names stream {id}, which it has not defined.");

    public ProducerState ProducerOf(uint id) => id >= 1 && id <= Producers.Count
        ? Producers[(int)id - 1]
        : throw new InvalidDataException($"The journal names producer {id}, which it has not opened.");

    public StreamState AddStream(uint id, StreamDefinition definition)
    {
        if (id != Streams.Length + 1)
        {
            throw new InvalidDataException($"The journal defines stream {id} after stream {Streams.Length}.");
        }

        StreamState stream = new(id, definition, Limits.MaxKeysPerStream);
        _streamsByName.Add(definition.Name, stream);
        Streams = [.. Streams, stream];
        return stream;
    }

    public ProducerState AddProducer(uint id, StreamState stream, string name)
    {
        if (id != Producers.Count + 1)
        {
            throw new InvalidDataException($"The journal opens producer {id} after producer {Producers.Count}.");
        }

        ProducerState producer = new((int)id, stream.Producers.Count, stream, name);
        Producers.Add(producer);
        stream.Add(producer);
        return producer;
    }
}
