using FastStream.Peers.Running;

namespace FastStream.Peers.Ceilings;

/// <summary>A file by descriptor; whatever fails throws.</summary>
internal sealed unsafe class BareFile : IDisposable
{
    private readonly int _descriptor;

    public BareFile(string path, int flags)
    {
        _descriptor = LibC.Open(path, LibC.ReadWriteCreate | flags, LibC.OwnerOnly);
        if (_descriptor < 0)
        {
            throw new CannotRunException(LibC.Failed($"{path} could not be opened").Message);
        }
    }

    /// <summary>Gets the space, so that writes below it need none.</summary>
    public void Preallocate(long bytes)
    {
        int error = LibC.Allocate(_descriptor, 0, bytes);
        if (error != 0)
        {
            throw new CannotRunException($"no space of {bytes:N0} bytes could be had: error {error}");
        }
    }

    public void Append(byte* source, int bytes) => RequireAll(LibC.Write(_descriptor, source, (nuint)bytes), bytes, "write");

    public void WriteAt(long offset, byte* source, int bytes) =>
        RequireAll(LibC.WriteAt(_descriptor, source, (nuint)bytes, offset), bytes, "write");

    public void ReadAt(long offset, byte* destination, int bytes) =>
        RequireAll(LibC.ReadAt(_descriptor, destination, (nuint)bytes, offset), bytes, "read");

    public void Flush() => RequireAll(LibC.FlushData(_descriptor), 0, "fdatasync");

    public void Dispose() => _ = LibC.Close(_descriptor);

    // On regular files the kernel writes and reads all of it, or the disk is full or broken.
    private static void RequireAll(nint done, int wanted, string what)
    {
        if (done != wanted)
        {
            throw done < 0 ? LibC.Failed(what) : new IOException($"{what} did {done:N0} of {wanted:N0} bytes");
        }
    }
}
