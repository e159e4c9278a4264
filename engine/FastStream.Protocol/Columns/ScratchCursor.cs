namespace FastStream.Protocol.Columns;

/// <summary>Hands out pieces of the caller's scratch block, each at a multiple of 64 from its start.</summary>
internal unsafe ref struct ScratchCursor(byte* start, long lengthBytes)
{
    private byte* _next = start;
    private long _leftBytes = start == null ? 0 : lengthBytes;

    /// <summary>The next piece, or null when the block is used up.</summary>
    public byte* Take(long bytes)
    {
        long taken = Rounded(bytes);
        if (taken > _leftBytes)
        {
            return null;
        }

        byte* piece = _next;
        _next += taken;
        _leftBytes -= taken;
        return piece;
    }

    public static long Rounded(long bytes) =>
        (bytes + (WireFormat.AlignmentBytes - 1)) & ~(long)(WireFormat.AlignmentBytes - 1);
}
