using FastStream.Engine.Sequencing;
using FastStream.Protocol;

namespace FastStream.Engine.Ingress;

/// <summary>
/// One producer at work: the dialogue between hello and disconnect, over a connection or inside the process.
/// </summary>
/// <remarks>
/// <see cref="Producer"/>, <see cref="Layouts"/> and <see cref="IsClosed"/> are written by the sequencer thread only.
/// A pump reads <see cref="Producer"/> after its hello was answered (the answer is the release).
/// </remarks>
internal sealed class Session(
    string streamName,
    string producerName,
    KeyKind keyKind,
    AckLevel level,
    ulong requestedEpoch,
    ISessionOutput output)
{
    /// <summary>Most schemas one session may declare.</summary>
    public const int MaxSchemas = 64;

    public string StreamName { get; } = streamName;

    public string ProducerName { get; } = producerName;

    public KeyKind KeyKind { get; } = keyKind;

    public AckLevel Level { get; } = level;

    /// <summary>As asked for in hello; 0 = the next.</summary>
    public ulong RequestedEpoch { get; } = requestedEpoch;

    public ISessionOutput Output { get; } = output;

    /// <summary>The producer it holds; null until the stream exists (its schema may create it).</summary>
    public ProducerState? Producer { get; set; }

    /// <summary>The epoch it was given.</summary>
    public ulong Epoch { get; set; }

    /// <summary>Layouts by the session's own schema numbers.</summary>
    public Dictionary<uint, RecordLayout> Layouts { get; } = [];

    /// <summary>It was fenced or it ended: its frames are dropped.</summary>
    public bool IsClosed { get; set; }
}
