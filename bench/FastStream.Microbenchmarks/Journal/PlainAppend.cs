using FastStream.Engine.Journal;

namespace FastStream.Microbenchmarks.Journal;

/// <summary>
/// The rival and the limit: the same bytes copied into one buffer, written with O_DIRECT where the disk takes it, and
/// flushed with fdatasync. No header, no checksum, no recovery, one file that is written again from its start.
/// </summary>
internal sealed unsafe class PlainAppend : IDisposable
{
    private const long FileBytes = 256L << 20;
    private readonly DurableFile _file;
    private readonly AlignedMemory _buffer;
    private long _offset;

    public PlainAppend(string folder, int flushBytes)
    {
        _buffer = new AlignedMemory(flushBytes);
        FileSystem files = FileSystem.OfMachine;
        _file = files.Open(Path.Combine(folder, "plain"), StorageProbe.SupportsDirect(files, folder), out int error)
            ?? throw new IOException($"The plain file could not be opened: error {error}.");
        Require.Equal(0, _file.Preallocate(FileBytes), "getting space");
    }

    /// <summary>Writes one buffer full of entries and returns when it is durable.</summary>
    public void Append(ReadOnlySpan<byte> entry)
    {
        Span<byte> buffer = _buffer.Span;
        for (int at = 0; at < buffer.Length; at += entry.Length)
        {
            entry.CopyTo(buffer[at..]);
        }

        _offset = _offset + buffer.Length > FileBytes ? 0 : _offset;
        Require.Equal(0, _file.Write(_offset, _buffer.Pointer, buffer.Length), "writing");
        Require.Equal(0, _file.Flush(), "flushing");
        _offset += buffer.Length;
    }

    /// <summary>Whether the first entry can be read back.</summary>
    public bool Holds(ReadOnlySpan<byte> entry)
    {
        using AlignedMemory read = new(entry.Length);
        return _file.Read(0, read.Pointer, entry.Length, out _) == 0 && read.Span.SequenceEqual(entry);
    }

    public void Dispose()
    {
        _file.Dispose();
        _buffer.Dispose();
    }
}
