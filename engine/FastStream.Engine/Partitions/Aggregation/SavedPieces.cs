namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>Cuts a saved chunk into its pieces.</summary>
internal static class SavedPieces
{
    /// <summary>Version of the pieces written here.</summary>
    public const byte Version = 1;

    private const int HeadBytes = 8;

    /// <summary>Takes the next piece off the chunk; false at its end.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> chunk, out SavedPiece kind, out ReadOnlySpan<byte> content)
    {
        kind = 0;
        content = default;
        if (chunk.IsEmpty)
        {
            return false;
        }

        ByteSource head = new(chunk);
        int bytes = head.Read<int>();
        kind = (SavedPiece)head.Read<byte>();
        byte version = head.Read<byte>();
        if (version != Version || bytes < HeadBytes || bytes > chunk.Length)
        {
            throw new InvalidDataException(
                $"A saved piece has version {version}, not {Version}, "
                + $"or {bytes} bytes of the {chunk.Length} there are.");
        }

        content = chunk[HeadBytes..bytes];
        chunk = chunk[bytes..];
        return true;
    }
}
