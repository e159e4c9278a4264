using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FastStream.Engine.Journal;

/// <summary>
/// A file by .NET's own means, flushed by FlushFileBuffers on Windows and F_FULLFSYNC on macOS, both checked.
/// </summary>
internal sealed unsafe class PortableFile : DurableFile
{
    private readonly SafeFileHandle _handle;

    private PortableFile(string path, SafeFileHandle handle)
        : base(path) => _handle = handle;

    internal override bool IsDirect => false;

    internal override long LengthBytes => RandomAccess.GetLength(_handle);

    internal static PortableFile? Open(string path, FileAccess access, out int error)
    {
        try
        {
            FileMode mode = access == FileAccess.Read ? FileMode.Open : FileMode.OpenOrCreate;
            SafeFileHandle handle = File.OpenHandle(path, mode, access, FileShare.ReadWrite | FileShare.Delete);
            error = 0;
            return new PortableFile(path, handle);
        }
        catch (IOException exception)
        {
            error = StorageError.Of(exception);
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            const int AccessDenied = 13;
            error = AccessDenied;
            return null;
        }
    }

    internal override int Write(long offset, byte* source, int bytes)
    {
        try
        {
            RandomAccess.Write(_handle, new ReadOnlySpan<byte>(source, bytes), offset);
            return 0;
        }
        catch (IOException exception)
        {
            return StorageError.Of(exception);
        }
    }

    internal override int Read(long offset, byte* destination, int bytes, out int readBytes)
    {
        readBytes = 0;
        try
        {
            while (readBytes < bytes)
            {
                Span<byte> rest = new(destination + readBytes, bytes - readBytes);
                int read = RandomAccess.Read(_handle, rest, offset + readBytes);
                if (read == 0)
                {
                    break;
                }

                readBytes += read;
            }

            return 0;
        }
        catch (IOException exception)
        {
            return StorageError.Of(exception);
        }
    }

    internal override int Flush()
    {
        // SAFETY: the handle stays open while a caller uses the file, as the type's contract says.
        nint handle = _handle.DangerousGetHandle();
        bool done = OperatingSystem.IsWindows()
            ? LibC.FlushFileBuffers(handle)
            : OperatingSystem.IsMacOS()
                ? LibC.FCntl((int)handle, LibC.FullFsync) != -1
                : LibC.FSync((int)handle) == 0;
        return done ? 0 : Math.Max(1, Marshal.GetLastPInvokeError());
    }

    internal override int Preallocate(long lengthBytes)
    {
        try
        {
            // Zeros in earnest: setting the length alone gets no space on file systems with sparse files.
            const int ChunkBytes = 1 << 20;
            byte[] zeros = new byte[ChunkBytes];
            for (long offset = LengthBytes; offset < lengthBytes; offset += ChunkBytes)
            {
                int bytes = (int)Math.Min(ChunkBytes, lengthBytes - offset);
                RandomAccess.Write(_handle, zeros.AsSpan(0, bytes), offset);
            }

            return Flush();
        }
        catch (IOException exception)
        {
            return StorageError.Of(exception);
        }
    }

    public override void Dispose() => _handle.Dispose();
}
