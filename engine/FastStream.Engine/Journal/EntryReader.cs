using System.Runtime.InteropServices;
using FastStream.Protocol;

namespace FastStream.Engine.Journal;

/// <summary>
/// Reads single entries from a log's files by address and says what is wrong with them. Knows nothing of the order of
/// entries: that is for the scanner and for recovery. For one thread.
/// </summary>
internal sealed unsafe class EntryReader : IDisposable
{
    /// <summary>Read at once when entries are read in order.</summary>
    internal const int SequentialBytes = 1 << 20;

    /// <summary>Read at once when one entry is wanted: its header and the start of its payload.</summary>
    internal const int RandomBytes = 2 * DurableFile.BlockBytes;

    private readonly LogGeometry _geometry;
    private readonly PageReadAhead? _ahead;
    private readonly bool _direct;
    private readonly int _chunkBytes;
    private readonly int _capacityBytes;
    private byte* _window; // own memory, or a page of the read-ahead
    private long _windowFrom;
    private long _windowUntil;
    private DurableFile? _file;
    private int _segment = -1;

    internal EntryReader(LogGeometry geometry, bool direct, int chunkBytes)
    {
        _geometry = geometry;
        _direct = direct;
        _chunkBytes = Math.Min(chunkBytes, geometry.PageBytes); // a read ends with its page
        int longest = LogGeometry.StoredBytes(geometry.MaxPayloadBytes) + (2 * DurableFile.BlockBytes);
        _capacityBytes = (int)LogGeometry.AlignToBlock(Math.Max(_chunkBytes, longest));
        _window = (byte*)NativeMemory.AlignedAlloc((nuint)_capacityBytes, DurableFile.BlockBytes);
    }

    /// <summary>
    /// Reads in order what others read ahead; takes <paramref name="ahead"/> over. Addresses only rise, from the one
    /// where that begins.
    /// </summary>
    internal EntryReader(LogGeometry geometry, PageReadAhead ahead)
    {
        _geometry = geometry;
        _ahead = ahead;
        _chunkBytes = geometry.PageBytes;
    }

    /// <summary>
    /// Why the last bytes asked for are missing: an error number, or 0 when the file ends before them.
    /// </summary>
    internal int LastError { get; private set; }

    /// <summary>
    /// Throws when the last bytes asked for are missing for another reason than that their file ends or is not there:
    /// an error of the disk says nothing about what was written, and must not be taken for the end of a log.
    /// </summary>
    internal void RequireReadable(long address)
    {
        if (LastError is not (0 or LibC.ENOENT))
        {
            throw _geometry.Damage(address, $"the file cannot be read: {StorageError.Describe(LastError)}");
        }
    }

    /// <summary>
    /// The entry at an address. No byte at or after <paramref name="limit"/> is looked at. The payload is borrowed
    /// until the next call; <paramref name="end"/> is the address after the entry.
    /// </summary>
    internal EntryFault Read(
        long address, long limit, out EntryHeader header, out ReadOnlySpan<byte> payload, out long end)
    {
        EntryFault fault = ReadHeader(address, limit, out header, out end);
        payload = default;
        if (fault != EntryFault.None)
        {
            return fault;
        }

        byte* entry = Ensure(address, (int)(end - address), limit);
        if (entry == null)
        {
            return EntryFault.Missing;
        }

        // SAFETY: Ensure has put end - address bytes there, and the header's lengths were checked against them.
        payload = new ReadOnlySpan<byte>(entry + LogGeometry.LeastEntryBytes, (int)header.PayloadBytes);
        return Crc32C.Compute(payload) == header.PayloadCrc32C ? EntryFault.None : EntryFault.PayloadChecksum;
    }

    /// <summary>The same without the payload.</summary>
    internal EntryFault ReadHeader(long address, long limit, out EntryHeader header, out long end)
    {
        header = default;
        end = address;
        long room = _geometry.PageEnd(address) - address;
        if (room < LogGeometry.LeastEntryBytes)
        {
            return EntryFault.Gap;
        }

        byte* entry = Ensure(address, LogGeometry.LeastEntryBytes, limit);
        if (entry == null)
        {
            return EntryFault.Missing;
        }

        int length = *(int*)entry;
        if (length == 0)
        {
            return EntryFault.Gap;
        }

        // The length is compared before it is rounded up, which near 2^31 would make it negative.
        if (length < EntryHeader.SizeBytes
            || length > room - LogGeometry.LengthBytes
            || LogGeometry.LengthBytes + (long)LogGeometry.Align(length) > room)
        {
            return EntryFault.Length;
        }

        header = *(EntryHeader*)(entry + LogGeometry.LengthBytes);
        EntryFault fault = header.Check();
        if (fault != EntryFault.None)
        {
            return fault;
        }

        if (header.PayloadBytes != length - EntryHeader.SizeBytes)
        {
            return EntryFault.Length;
        }

        end = address + LogGeometry.StoredBytes((int)header.PayloadBytes);
        return end <= limit ? EntryFault.None : EntryFault.Missing;
    }

    /// <summary>
    /// The bytes at an address, at most to its page's end, the limit or the file's end; may be empty.
    /// </summary>
    internal ReadOnlySpan<byte> ReadRaw(long address, long limit)
    {
        long end = Math.Min(limit, _geometry.PageEnd(address));
        Load(address, _chunkBytes, end);
        int bytes = (int)Math.Max(0, Math.Min(end, _windowUntil) - address);
        return bytes == 0 ? default : new ReadOnlySpan<byte>(_window + (address - _windowFrom), bytes);
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
        _ahead?.Dispose();
        if (_window != null && _ahead is null)
        {
            NativeMemory.AlignedFree(_window);
        }

        _window = null;
        _windowUntil = 0;
    }

    /// <summary>Brings the bytes into the window; null when they are not all there below the limit.</summary>
    private byte* Ensure(long address, int bytes, long limit)
    {
        ObjectDisposedException.ThrowIf(_window == null && _ahead is null, this);
        if (address + bytes > limit)
        {
            return null;
        }

        if (address < _windowFrom || address + bytes > _windowUntil)
        {
            Load(address, bytes, Math.Min(limit, _geometry.PageEnd(address)));
            if (address + bytes > _windowUntil)
            {
                return null;
            }
        }

        return _window + (address - _windowFrom);
    }

    private void Load(long address, int bytes, long limit)
    {
        if (_ahead is not null)
        {
            _window = _ahead.PageOf(address, out _windowFrom, out _windowUntil, out int error);
            LastError = error;
            return;
        }

        long from = address & ~(long)(DurableFile.BlockBytes - 1);
        long until = LogGeometry.AlignToBlock(Math.Min(limit, Math.Max(address + bytes, from + _chunkBytes)));
        int wanted = (int)Math.Min(until - from, _capacityBytes);
        _windowFrom = from;
        _windowUntil = from;
        int segment = _geometry.SegmentOf(address);
        if (segment != _segment)
        {
            _file?.Dispose();
            _file = _geometry.Files.OpenToRead(_geometry.SegmentPath(segment), _direct, out int openError);
            _segment = _file is null ? -1 : segment;
            LastError = openError;
        }

        if (_file is not null && wanted > 0)
        {
            LastError = _file.Read(_geometry.OffsetInSegment(from), _window, wanted, out int readBytes);
            _windowUntil = from + readBytes;
        }
    }
}
