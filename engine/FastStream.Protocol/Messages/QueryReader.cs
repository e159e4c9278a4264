namespace FastStream.Protocol.Messages;

/// <summary>A query: one question, written as the path and query string of HTTP.md.</summary>
public readonly ref struct QueryReader
{
    private QueryReader(uint requestId, ReadOnlySpan<byte> text)
    {
        RequestId = requestId;
        Text = text;
    }

    /// <summary>The client's number for it; comes back in the result.</summary>
    public uint RequestId { get; }

    /// <summary>The question, UTF-8.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>Reads the payload of a query frame.</summary>
    /// <param name="payload">The payload without fill.</param>
    /// <param name="query">What it says.</param>
    /// <returns>What is wrong, or <see cref="FrameError.None"/>.</returns>
    public static FrameError TryRead(ReadOnlySpan<byte> payload, out QueryReader query)
    {
        PayloadCursor cursor = new(payload);
        uint requestId = cursor.ReadUInt32();
        cursor.ReadZeros(4);
        query = new QueryReader(requestId, cursor.ReadText(1, ushort.MaxValue));
        return cursor.Finish();
    }
}
