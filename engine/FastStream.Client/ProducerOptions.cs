using FastStream.Protocol;

namespace FastStream.Client;

/// <summary>Where a <see cref="Producer"/> sends, as whom, and how much it may hold.</summary>
public sealed record ProducerOptions
{
    /// <summary>The server's name or address. Default: this machine.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The server's port for frames.</summary>
    public int Port { get; init; }

    /// <summary>The stream's name. A stream that does not exist is created with the fields below.</summary>
    public string Stream { get; init; } = string.Empty;

    /// <summary>The producer's name. One live session each; the server remembers where it stands.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>
    /// The epoch to go on in. Default 0: ask for the next one and start at sequence 1. A number goes on behind the last
    /// frame that the server has of that epoch.
    /// </summary>
    public ulong Epoch { get; init; }

    /// <summary>Whether keys are numbers or texts. Default: numbers.</summary>
    public KeyKind KeyKind { get; init; } = KeyKind.U64;

    /// <summary>The names of the fields, in the order of their values. 1 to 64. Default: one, "value".</summary>
    public IReadOnlyList<string> Fields { get; init; } = ["value"];

    /// <summary>How far a frame must have come before it is acked. Default: durable.</summary>
    public AckLevel AckLevel { get; init; } = AckLevel.Durable;

    /// <summary>
    /// A frame is sent when its records reach this many bytes unencoded. Default 256 KiB: it stays in the caches of
    /// both ends.
    /// </summary>
    public int BatchBytes { get; init; } = 256 << 10;

    /// <summary>A frame that is not full is sent after once to twice this time. Default 5 ms.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Most frames sent and not acked. Default 64.</summary>
    public int MaxInFlightFrames { get; init; } = 64;

    /// <summary>Most bytes sent and not acked; also bounds the producer's memory. Default 16 MiB.</summary>
    public int MaxInFlightBytes { get; init; } = 16 << 20;

    /// <summary>Whether columns are sent as they are or in the smallest exact encoding. Default: smallest.</summary>
    public EncodingMode Encoding { get; init; } = EncodingMode.Auto;

    /// <summary>Whether LZ4 is used for frames that it makes shorter. Default: no; for slow links.</summary>
    public bool Compress { get; init; }

    /// <summary>
    /// Whether a lost connection is opened again and transient refusals are sent again. Default: yes. Without it the
    /// first trouble ends the producer with an exception.
    /// </summary>
    public bool Retry { get; init; } = true;

    /// <summary>First pause before trying again; doubles each time. Default 50 ms.</summary>
    public TimeSpan MinBackOff { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Longest pause before trying again. Default 2 s.</summary>
    public TimeSpan MaxBackOff { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long connecting may take: first with all its tries, later each try. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether the first connection is tried again while nothing listens, as later ones are. Default: no, so that a
    /// wrong port is told at once.
    /// </summary>
    public bool WaitForServer { get; init; }

    /// <summary>How long closing waits for acks of what was sent. Default 10 s.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The kernel's congestion control for this connection (Linux), such as "reno". Default null: the system's. BBR
    /// paces a loopback connection to half its rate.
    /// </summary>
    public string? CongestionControl { get; init; }

    /// <summary>
    /// The sequence of the first frame. Default 0: the one behind the server's last. Only for load generators that
    /// resend on purpose.
    /// </summary>
    public ulong FirstSequence { get; init; }

    /// <summary>Called on the receiving thread for each ack; must return quickly. Default: nothing.</summary>
    public Action<ProducerAck>? OnAck { get; init; }

    /// <summary>Called on the receiving thread for each refused frame. Default: nothing.</summary>
    public Action<FrameRefusal>? OnRefused { get; init; }

    /// <summary>Called on the receiving thread for each refused record that an ack lists. Default: nothing.</summary>
    public Action<Protocol.Messages.RecordRefusal>? OnRecordRefused { get; init; }

    /// <summary>Looks for everything that cannot work.</summary>
    /// <returns>One line for each fault; empty when there is none.</returns>
    public IReadOnlyList<string> Validate()
    {
        List<string> faults = [];
        Check(faults, Host.Length > 0, "Host is empty: name the server.");
        Check(faults, Port is > 0 and <= 65_535, $"Port is {Port}: use 1 to 65535.");
        Check(faults, StreamName.TryValidate(Stream),
            $"Stream is '{Stream}': use 1 to 249 of A-Z a-z 0-9 . _ - without '..'.");
        Check(faults, StreamName.TryValidate(Name),
            $"Name is '{Name}': use 1 to 249 of A-Z a-z 0-9 . _ - without '..'.");
        Check(faults, Fields.Count is > 0 and <= WireFormat.MaxFieldCount,
            $"Fields has {Fields.Count} names: give 1 to {WireFormat.MaxFieldCount}.");
        Check(faults, Fields.All(field => System.Text.Encoding.UTF8.GetByteCount(field) is > 0 and <= 249),
            "Fields has a name that is empty or longer than 249 bytes of UTF-8.");
        Check(faults, Fields.Distinct(StringComparer.Ordinal).Count() == Fields.Count, "Fields has a name twice.");
        Check(faults, AckLevel <= AckLevel.Durable, $"AckLevel is {AckLevel}: use none, applied, written or durable.");
        Check(faults, BatchBytes is >= 64 and <= WireFormat.HardMaxFrameBytes,
            $"BatchBytes is {BatchBytes}: use 64 to {WireFormat.HardMaxFrameBytes}.");
        Check(faults, Linger >= TimeSpan.Zero, $"Linger is {Linger}: it cannot be negative.");
        Check(faults, MaxInFlightFrames > 0, $"MaxInFlightFrames is {MaxInFlightFrames}: use at least 1.");
        Check(faults, MaxInFlightBytes > 0, $"MaxInFlightBytes is {MaxInFlightBytes}: use at least 1.");
        Check(faults, MinBackOff > TimeSpan.Zero && MaxBackOff >= MinBackOff,
            $"MinBackOff is {MinBackOff} and MaxBackOff {MaxBackOff}: use a positive pause and one not below it.");
        Check(faults, ConnectTimeout > TimeSpan.Zero, $"ConnectTimeout is {ConnectTimeout}: use a positive time.");
        return faults;
    }

    private static void Check(List<string> faults, bool isGood, string fault)
    {
        if (!isGood)
        {
            faults.Add(fault);
        }
    }
}
