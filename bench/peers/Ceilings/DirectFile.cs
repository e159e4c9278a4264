using FastStream.Peers.Running;

namespace FastStream.Peers.Ceilings;

/// <summary>
/// A preallocated file of blocks, each with its number at its front and noise behind. When it is full it is written
/// again from its start.
/// </summary>
internal sealed unsafe class DirectFile : IDisposable
{
    private const long MostBytes = 16L << 30;
    private readonly BareFile _file;
    private readonly AlignedMemory _block;
    private readonly AlignedMemory _read;
    private readonly int _blockBytes;
    private readonly long _fileBlocks;

    public DirectFile(WorkFolder folder, int blockBytes, int seed)
    {
        _blockBytes = blockBytes;
        _block = new AlignedMemory(blockBytes);
        _read = new AlignedMemory(blockBytes);
        new Random(seed).NextBytes(_block.Span);

        // A quarter of what is free at most: others live on the disk too.
        long bytes = Math.Min(MostBytes, new DriveInfo(folder.FullPath).AvailableFreeSpace / 4);
        _fileBlocks = Math.Max(1, bytes / blockBytes);
        _file = new BareFile(folder.File("blocks"), LibC.Direct);
        _file.Preallocate(_fileBlocks * blockBytes);
    }

    public long FileBytes => _fileBlocks * _blockBytes;

    public void Write(long number)
    {
        *(long*)_block.Pointer = number;
        _file.WriteAt(number % _fileBlocks * _blockBytes, _block.Pointer, _blockBytes);
    }

    public void Flush() => _file.Flush();

    /// <summary>Reads a block and checks its number, not all of its bytes.</summary>
    public void Read(long number)
    {
        _file.ReadAt(number % _fileBlocks * _blockBytes, _read.Pointer, _blockBytes);
        Require.Equal(number, *(long*)_read.Pointer, "number of a block");
    }

    /// <summary>Looks at up to 64 of the blocks written last, byte by byte.</summary>
    public void Check(long written)
    {
        long there = Math.Min(written, _fileBlocks);
        for (long step = 0; step < Math.Min(64, there); step++)
        {
            long number = written - 1 - (step * there / Math.Min(64, there));
            Read(number);
            Require.Equal(true, _read.Span[sizeof(long)..].SequenceEqual(_block.Span[sizeof(long)..]), $"bytes of block {number}");
        }
    }

    public string Note(long written) => written <= _fileBlocks
        ? $"batch is in bytes; preallocated file of {FileBytes >> 20:N0} MiB, written once"
        : $"batch is in bytes; preallocated file of {FileBytes >> 20:N0} MiB, written {(double)written / _fileBlocks:0.0} times over";

    public void Dispose()
    {
        _file.Dispose();
        _block.Dispose();
        _read.Dispose();
    }
}
