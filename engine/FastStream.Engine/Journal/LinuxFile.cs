using System.Runtime.InteropServices;

namespace FastStream.Engine.Journal;

/// <summary>A file by descriptor, with O_DIRECT where the file system takes it.</summary>
internal sealed unsafe class LinuxFile : DurableFile
{
    private const int OwnerReadWriteGroupRead = 0x1A0; // 0640
    private const int SeekEnd = 2;

    private int _descriptor;

    private LinuxFile(string path, int descriptor, bool direct)
        : base(path)
    {
        _descriptor = descriptor;
        IsDirect = direct;
    }

    internal override bool IsDirect { get; }

    internal override long LengthBytes => LibC.LSeek(_descriptor, 0, SeekEnd);

    internal static LinuxFile? Open(string path, int flags, bool direct, out int error)
    {
        int all = flags | LibC.O_CLOEXEC | (direct ? LibC.DirectFlag : 0);
        int descriptor;
        do
        {
            descriptor = LibC.Open(path, all, OwnerReadWriteGroupRead);
            error = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
        while (error == LibC.EINTR);
        return descriptor < 0 ? null : new LinuxFile(path, descriptor, direct);
    }

    internal static int FlushDirectory(string directory)
    {
        using LinuxFile? opened = Open(directory, LibC.O_RDONLY, direct: false, out int error);
        if (opened is null)
        {
            return error;
        }

        return LibC.FSync(opened._descriptor) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    internal override int Write(long offset, byte* source, int bytes)
    {
        while (bytes > 0)
        {
            nint written = LibC.PWrite(_descriptor, source, (nuint)bytes, offset);
            if (written < 0)
            {
                int error = Marshal.GetLastPInvokeError();
                if (error == LibC.EINTR)
                {
                    continue;
                }

                return error;
            }

            if (written == 0)
            {
                return LibC.EIO; // a write that does nothing and names no error would loop for ever
            }

            source += written;
            offset += written;
            bytes -= (int)written;
        }

        return 0;
    }

    internal override int Read(long offset, byte* destination, int bytes, out int readBytes)
    {
        readBytes = 0;
        while (readBytes < bytes)
        {
            nint read = LibC.PRead(
                _descriptor, destination + readBytes, (nuint)(bytes - readBytes), offset + readBytes);
            if (read < 0)
            {
                int error = Marshal.GetLastPInvokeError();
                if (error == LibC.EINTR)
                {
                    continue;
                }

                return error;
            }

            readBytes += (int)read;

            // A direct read that stops inside a block has met the end of the file; asking on from there is EINVAL.
            if (read == 0 || (IsDirect && read % BlockBytes != 0))
            {
                break;
            }
        }

        return 0;
    }

    internal override int Flush()
    {
        // Not tried again on failure: the kernel reports a lost page once and then forgets it.
        return LibC.FDataSync(_descriptor) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    internal override int Preallocate(long lengthBytes)
    {
        int error;
        do
        {
            error = LibC.FAllocate(_descriptor, 0, lengthBytes);
        }
        while (error == LibC.EINTR);
        if (error is LibC.EOPNOTSUPP or LibC.EINVAL)
        {
            // No preallocation here (musl on some file systems): the length at least, so that writes extend nothing.
            error = LengthBytes >= lengthBytes || LibC.FTruncate(_descriptor, lengthBytes) == 0
                ? 0
                : Marshal.GetLastPInvokeError();
        }

        if (error != 0)
        {
            return error;
        }

        // Length and extents are metadata that fdatasync may leave out.
        return LibC.FSync(_descriptor) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    public override void Dispose()
    {
        int descriptor = Interlocked.Exchange(ref _descriptor, -1); // partner: a second disposal
        if (descriptor >= 0)
        {
            _ = LibC.Close(descriptor); // everything that matters was flushed and checked before
        }
    }
}
