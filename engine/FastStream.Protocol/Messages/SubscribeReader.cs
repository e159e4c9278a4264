namespace FastStream.Protocol.Messages;

/// <summary>A subscribe: send the closed windows of a view as they come.</summary>
public readonly ref struct SubscribeReader
{
    private SubscribeReader(
        uint requestId, AckLevel level, ulong fromAddress, ReadOnlySpan<byte> stream, ReadOnlySpan<byte> view)
    {
        RequestId = requestId;
        Level = level;
        FromAddress = fromAddress;
        Stream = stream;
        View = view;
    }

    /// <summary>The client's number for it; comes back in every result.</summary>
    public uint RequestId { get; }

    /// <summary>How safe a result must be before it is sent: applied or durable.</summary>
    public AckLevel Level { get; }

    /// <summary>Results from this address of the results log on; the largest value: only new ones.</summary>
    public ulong FromAddress { get; }

    /// <summary>The stream's name.</summary>
    public ReadOnlySpan<byte> Stream { get; }

    /// <summary>The view's name.</summary>
    public ReadOnlySpan<byte> View { get; }

    /// <summary>Reads the payload of a subscribe frame.</summary>
    /// <param name="payload">The payload without fill.</param>
    /// <param name="subscribe">What it says.</param>
    /// <returns>What is wrong, or <see cref="FrameError.None"/>.</returns>
    public static FrameError TryRead(ReadOnlySpan<byte> payload, out SubscribeReader subscribe)
    {
        PayloadCursor cursor = new(payload);
        uint requestId = cursor.ReadUInt32();
        byte level = cursor.ReadByte();
        cursor.FailUnless(level is (byte)AckLevel.Applied or (byte)AckLevel.Durable);
        cursor.ReadZeros(3);
        ulong fromAddress = cursor.ReadUInt64();
        ReadOnlySpan<byte> stream = cursor.ReadText(1, WireFormat.MaxNameBytes);
        ReadOnlySpan<byte> view = cursor.ReadText(1, WireFormat.MaxNameBytes);
        subscribe = new SubscribeReader(requestId, (AckLevel)level, fromAddress, stream, view);
        return cursor.Finish();
    }
}
