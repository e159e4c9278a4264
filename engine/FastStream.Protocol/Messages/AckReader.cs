namespace FastStream.Protocol.Messages;

/// <summary>An ack: every frame from the first to the last sequence is settled at the level.</summary>
public readonly ref struct AckReader
{
    private const int FixedBytes = 72;
    private const int RefusalBytes = 16;
    private readonly ReadOnlySpan<byte> _refusals;

    private AckReader(
        AckLevel level,
        bool isDuplicate,
        ulong first,
        ulong last,
        scoped in AckCounts counts,
        ReadOnlySpan<byte> refusals)
    {
        Level = level;
        IsDuplicate = isDuplicate;
        FirstSequence = first;
        LastSequence = last;
        Counts = counts;
        _refusals = refusals;
    }

    /// <summary>The level that the frames have reached.</summary>
    public AckLevel Level { get; }

    /// <summary>Whether the frames had been accepted before and were not applied again.</summary>
    public bool IsDuplicate { get; }

    /// <summary>The first frame this ack counts.</summary>
    public ulong FirstSequence { get; }

    /// <summary>The last frame this ack counts; all up to it are settled.</summary>
    public ulong LastSequence { get; }

    /// <summary>What became of the records.</summary>
    public AckCounts Counts { get; }

    /// <summary>How many refused records are listed; at most 64, even when more were refused.</summary>
    public int RefusalCount => _refusals.Length / RefusalBytes;

    /// <summary>Reads the payload of an ack frame.</summary>
    /// <param name="payload">The payload without fill.</param>
    /// <param name="ack">What it says.</param>
    /// <returns>What is wrong, or <see cref="FrameError.None"/>.</returns>
    public static FrameError TryRead(ReadOnlySpan<byte> payload, out AckReader ack)
    {
        PayloadCursor cursor = new(payload);
        byte level = cursor.ReadByte();
        byte flags = cursor.ReadByte();
        int refusalCount = cursor.ReadUInt16();
        cursor.ReadZeros(4);
        ulong first = cursor.ReadUInt64();
        ulong last = cursor.ReadUInt64();
        AckCounts counts = new()
        {
            Accepted = (long)cursor.ReadUInt64(),
            Refused = (long)cursor.ReadUInt64(),
            Future = (long)cursor.ReadUInt64(),
            KeyLimit = (long)cursor.ReadUInt64(),
            Late = (long)cursor.ReadUInt64(),
            Duplicates = (long)cursor.ReadUInt64(),
        };
        ReadOnlySpan<byte> refusals = cursor.ReadRest();
        cursor.FailUnless(level <= (byte)AckLevel.Durable && flags <= 1 && first <= last
            && refusalCount <= WireFormat.MaxRefusalsPerAck);
        if (refusals.Length != refusalCount * RefusalBytes)
        {
            cursor.Fail(refusals.Length < refusalCount * RefusalBytes
                ? FrameError.Truncated : FrameError.TrailingBytes);
        }

        ack = new AckReader((AckLevel)level, (flags & 1) != 0, first, last, counts, refusals);
        return cursor.Finish();
    }

    /// <summary>One of the listed records.</summary>
    /// <param name="index">From 0 to <see cref="RefusalCount"/> - 1.</param>
    /// <returns>Which record and why.</returns>
    public RecordRefusal Refusal(int index)
    {
        PayloadCursor cursor = new(_refusals.Slice(index * RefusalBytes, RefusalBytes));
        return new RecordRefusal(
            cursor.ReadUInt64(), cursor.ReadUInt32(), (RefusalReason)cursor.ReadUInt16(), cursor.ReadUInt16());
    }

    internal static int PayloadBytes(int refusalCount) => FixedBytes + (refusalCount * RefusalBytes);
}
