namespace FastStream.Protocol.Messages;

/// <summary>A time or an end: how far event time has come without a record, and where the source stands.</summary>
public readonly ref struct ProgressReader
{
    private ProgressReader(long eventTimeNs, ReadOnlySpan<byte> position)
    {
        EventTimeNs = eventTimeNs;
        Position = position;
    }

    /// <summary>The producer sends nothing below this event time any more; 0 in an end.</summary>
    public long EventTimeNs { get; }

    /// <summary>The source position; empty for none.</summary>
    public ReadOnlySpan<byte> Position { get; }

    /// <summary>Reads the payload of a time or end frame.</summary>
    /// <param name="payload">The payload without fill.</param>
    /// <param name="progress">What it says.</param>
    /// <returns>What is wrong, or <see cref="FrameError.None"/>.</returns>
    public static FrameError TryRead(ReadOnlySpan<byte> payload, out ProgressReader progress)
    {
        PayloadCursor cursor = new(payload);
        long eventTimeNs = (long)cursor.ReadUInt64();
        progress = new ProgressReader(eventTimeNs, cursor.ReadBytes(WireFormat.MaxPositionBytes));
        return cursor.Finish();
    }
}
