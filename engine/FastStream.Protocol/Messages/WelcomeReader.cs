namespace FastStream.Protocol.Messages;

/// <summary>A welcome: where the producer stands and what the server takes.</summary>
public readonly ref struct WelcomeReader
{
    private WelcomeReader(scoped in WelcomeFields fields, ReadOnlySpan<byte> position)
    {
        Fields = fields;
        Position = position;
    }

    /// <summary>Everything but the position.</summary>
    public WelcomeFields Fields { get; }

    /// <summary>The source position of the last accepted frame that carried one; empty for none.</summary>
    public ReadOnlySpan<byte> Position { get; }

    /// <summary>Reads the payload of a welcome frame.</summary>
    /// <param name="payload">The payload without fill.</param>
    /// <param name="welcome">What it says.</param>
    /// <returns>What is wrong, or <see cref="FrameError.None"/>.</returns>
    public static FrameError TryRead(ReadOnlySpan<byte> payload, out WelcomeReader welcome)
    {
        PayloadCursor cursor = new(payload);
        ushort version = cursor.ReadUInt16();
        byte keyKind = cursor.ReadByte();
        byte level = cursor.ReadByte();
        cursor.FailUnless(keyKind <= (byte)KeyKind.Text && level <= (byte)AckLevel.Durable);
        uint dictionaryCount = cursor.ReadUInt32();
        ulong epoch = cursor.ReadUInt64();
        ulong lastSequence = cursor.ReadUInt64();
        uint maxFrameBytes = cursor.ReadUInt32();
        uint maxInFlightBytes = cursor.ReadUInt32();
        uint maxRecords = cursor.ReadUInt32();
        cursor.FailUnless(maxFrameBytes <= WireFormat.HardMaxFrameBytes && maxInFlightBytes <= int.MaxValue
            && maxRecords <= WireFormat.MaxRecordsPerFrame);
        cursor.ReadZeros(4);
        ReadOnlySpan<byte> position = cursor.ReadBytes(WireFormat.MaxPositionBytes);
        welcome = new WelcomeReader(
            new WelcomeFields
            {
                ProtocolVersion = version,
                KeyKind = (KeyKind)keyKind,
                AckLevel = (AckLevel)level,
                DictionaryCount = dictionaryCount,
                Epoch = epoch,
                LastSequence = lastSequence,
                MaxFrameBytes = (int)maxFrameBytes,
                MaxInFlightBytes = (int)maxInFlightBytes,
                MaxRecordsPerFrame = (int)maxRecords,
            },
            position);
        return cursor.Finish();
    }
}
