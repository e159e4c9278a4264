namespace FastStream.Engine.Journal;

/// <summary>
/// Which blocks after a log's last write are to be overwritten with zeros before anybody needs them. The first write to
/// space that was only allocated makes the file system note that, so the flush after it takes twice as long (ext4:
/// 205 us against 100 us for a block). Where writes are small somebody waits for each of them, and the blocks after
/// them are few; large writes would only pay for their bytes twice.
/// </summary>
/// <remarks>For the I/O thread alone. Nothing below a write that has been noted is ever given out.</remarks>
internal sealed class ZeroedAhead(LogGeometry geometry)
{
    /// <summary>Bytes of one overwriting: some commit may wait for it, 150 us once in 50 commits of a block.</summary>
    internal const int StepBytes = 256 << 10;

    /// <summary>Longer writes use what was allocated as it is.</summary>
    internal const int SmallWriteBytes = 32 << 10;

    private bool _isSmall; // the last write
    private long _end;     // of all writes
    private long _until;   // of all zeros

    /// <summary>A write has returned.</summary>
    internal void NoteWrite(long address, int bytes)
    {
        _isSmall = bytes <= SmallWriteBytes;
        _end = Math.Max(_end, address + bytes);
    }

    /// <summary>What to overwrite now, within one segment and below the end of what is allocated.</summary>
    internal bool TryTake(long allocatedUntil, out long address, out int bytes)
    {
        address = Math.Max(_end, _until);
        bytes = 0;
        if (_isSmall && address - _end < StepBytes / 4)
        {
            long segmentEnd = (geometry.SegmentOf(address) + 1L) * geometry.SegmentBytes;
            bytes = (int)Math.Clamp(Math.Min(segmentEnd, allocatedUntil) - address, 0, StepBytes);
            _until = address + bytes;
        }

        return bytes > 0;
    }
}
