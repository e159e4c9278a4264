namespace FastStream.Protocol.Messages;

/// <summary>A ping, a pong: a number that comes back.</summary>
public static class PingReader
{
    /// <summary>Reads the payload of a ping or pong frame.</summary>
    /// <param name="payload">The payload without fill.</param>
    /// <param name="token">The number.</param>
    /// <returns>What is wrong, or <see cref="FrameError.None"/>.</returns>
    public static FrameError TryRead(ReadOnlySpan<byte> payload, out ulong token)
    {
        PayloadCursor cursor = new(payload);
        token = cursor.ReadUInt64();
        return cursor.Finish();
    }
}
