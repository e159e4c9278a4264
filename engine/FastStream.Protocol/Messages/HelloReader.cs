namespace FastStream.Protocol.Messages;

/// <summary>A hello: who opens the session. Names are UTF-8, checked against the rule for names.</summary>
public readonly ref struct HelloReader
{
    private HelloReader(
        ushort version, KeyKind keyKind, ulong epoch, ReadOnlySpan<byte> stream, ReadOnlySpan<byte> producer,
        ReadOnlySpan<byte> authentication)
    {
        ProtocolVersion = version;
        KeyKind = keyKind;
        Epoch = epoch;
        Stream = stream;
        Producer = producer;
        Authentication = authentication;
    }

    /// <summary>The version the client speaks.</summary>
    public ushort ProtocolVersion { get; }

    /// <summary>The kind of keys it sends.</summary>
    public KeyKind KeyKind { get; }

    /// <summary>The epoch it wants; 0 asks for the next.</summary>
    public ulong Epoch { get; }

    /// <summary>The stream's name.</summary>
    public ReadOnlySpan<byte> Stream { get; }

    /// <summary>The producer's name; empty for a session that only asks.</summary>
    public ReadOnlySpan<byte> Producer { get; }

    /// <summary>Opaque authentication data; empty for none.</summary>
    public ReadOnlySpan<byte> Authentication { get; }

    /// <summary>Reads the payload of a hello frame.</summary>
    /// <param name="payload">The payload without fill.</param>
    /// <param name="hello">What it says.</param>
    /// <returns>What is wrong, or <see cref="FrameError.None"/>.</returns>
    public static FrameError TryRead(ReadOnlySpan<byte> payload, out HelloReader hello)
    {
        PayloadCursor cursor = new(payload);
        ushort version = cursor.ReadUInt16();
        byte keyKind = cursor.ReadByte();
        cursor.FailUnless(keyKind <= (byte)KeyKind.Text);
        cursor.ReadZeros(5);
        ulong epoch = cursor.ReadUInt64();
        ReadOnlySpan<byte> stream = cursor.ReadText(0, WireFormat.MaxNameBytes);
        ReadOnlySpan<byte> producer = cursor.ReadText(0, WireFormat.MaxNameBytes);
        ReadOnlySpan<byte> authentication = cursor.ReadBytes(WireFormat.MaxAuthenticationBytes);
        FrameError error = cursor.Finish();
        bool namesAreGood = producer.IsEmpty
            ? stream.IsEmpty || StreamName.TryValidate(stream)
            : StreamName.TryValidate(stream) && StreamName.TryValidate(producer);
        if (error == FrameError.None && !namesAreGood)
        {
            error = FrameError.BadName;
        }

        hello = new HelloReader(version, (KeyKind)keyKind, epoch, stream, producer, authentication);
        return error;
    }
}
