namespace FastStream.Protocol.Messages;

/// <summary>The answer to a schema.</summary>
public static class SchemaAcceptedReader
{
    /// <summary>Reads the payload of a schemaAccepted frame; the schema id stands in the header.</summary>
    /// <param name="payload">The payload without fill.</param>
    /// <param name="streamFieldCount">How many fields the stream has now.</param>
    /// <returns>What is wrong, or <see cref="FrameError.None"/>.</returns>
    public static FrameError TryRead(ReadOnlySpan<byte> payload, out int streamFieldCount)
    {
        PayloadCursor cursor = new(payload);
        uint count = cursor.ReadUInt32();
        cursor.FailUnless(count <= ushort.MaxValue);
        cursor.ReadZeros(4);
        streamFieldCount = (int)count;
        return cursor.Finish();
    }
}
