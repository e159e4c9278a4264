namespace FastStream.Protocol.Messages;

/// <summary>A result: a piece of the answer to a query or subscribe, as JSON lines.</summary>
public readonly ref struct ResultReader
{
    private ResultReader(uint requestId, bool isLast, ReadOnlySpan<byte> body)
    {
        RequestId = requestId;
        IsLast = isLast;
        Body = body;
    }

    /// <summary>The request that it answers.</summary>
    public uint RequestId { get; }

    /// <summary>Whether nothing more comes for this request.</summary>
    public bool IsLast { get; }

    /// <summary>UTF-8 lines, each one JSON value.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>Reads the payload of a result frame.</summary>
    /// <param name="payload">The payload without fill.</param>
    /// <param name="result">What it says.</param>
    /// <returns>What is wrong, or <see cref="FrameError.None"/>.</returns>
    public static FrameError TryRead(ReadOnlySpan<byte> payload, out ResultReader result)
    {
        PayloadCursor cursor = new(payload);
        uint requestId = cursor.ReadUInt32();
        byte flags = cursor.ReadByte();
        cursor.FailUnless(flags <= 1);
        cursor.ReadZeros(3);
        result = new ResultReader(requestId, flags == 1, cursor.ReadRest());
        return cursor.Finish();
    }
}
