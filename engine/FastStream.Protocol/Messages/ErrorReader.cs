namespace FastStream.Protocol.Messages;

/// <summary>An error: a frame or the session is refused.</summary>
public readonly ref struct ErrorReader
{
    private ErrorReader(ErrorCode code, byte flags, ulong sequence, ulong expected, ReadOnlySpan<byte> text)
    {
        Code = code;
        IsTransient = (flags & 1) != 0;
        ClosesSession = (flags & 2) != 0;
        Sequence = sequence;
        ExpectedSequence = expected;
        Text = text;
    }

    /// <summary>Why.</summary>
    public ErrorCode Code { get; }

    /// <summary>Whether the same frame may succeed later; the sequence has not moved.</summary>
    public bool IsTransient { get; }

    /// <summary>Whether the server closes the connection after this frame.</summary>
    public bool ClosesSession { get; }

    /// <summary>The refused frame; 0 when the session is meant.</summary>
    public ulong Sequence { get; }

    /// <summary>The next sequence that the server takes; 0 when it does not apply.</summary>
    public ulong ExpectedSequence { get; }

    /// <summary>What, which value, what to do; UTF-8.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>Reads the payload of an error frame.</summary>
    /// <param name="payload">The payload without fill.</param>
    /// <param name="error">What it says.</param>
    /// <returns>What is wrong with the payload, or <see cref="FrameError.None"/>.</returns>
    public static FrameError TryRead(ReadOnlySpan<byte> payload, out ErrorReader error)
    {
        PayloadCursor cursor = new(payload);
        ErrorCode code = (ErrorCode)cursor.ReadUInt16();
        byte flags = cursor.ReadByte();
        cursor.FailUnless(flags <= 3);
        cursor.ReadZeros(5);
        ulong sequence = cursor.ReadUInt64();
        ulong expected = cursor.ReadUInt64();
        ReadOnlySpan<byte> text = cursor.ReadText(0, WireFormat.MaxErrorTextBytes);
        error = new ErrorReader(code, flags, sequence, expected, text);
        return cursor.Finish();
    }
}
