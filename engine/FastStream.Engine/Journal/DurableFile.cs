namespace FastStream.Engine.Journal;

/// <summary>
/// A file whose every operation answers with the true error number (0 = done), flushing included. Reads and writes
/// at offsets may run on several threads; whoever opened it disposes it after the last of them.
/// </summary>
internal abstract unsafe class DurableFile(string path) : IDisposable
{
    /// <summary>Unit of O_DIRECT and of everything that lies in a log file.</summary>
    internal const int BlockBytes = 4096;

    internal string Path { get; } = path;

    /// <summary>Whether offset, length and memory must be multiples of <see cref="BlockBytes"/>.</summary>
    internal abstract bool IsDirect { get; }

    internal abstract long LengthBytes { get; }

    /// <summary>Opens for reading and writing, creating the file when it is not there. Null: see the error.</summary>
    internal static DurableFile? Open(string path, bool direct, out int error) =>
        OperatingSystem.IsLinux()
            ? LinuxFile.Open(path, LibC.O_RDWR | LibC.O_CREAT, direct, out error)
            : PortableFile.Open(path, FileAccess.ReadWrite, out error);

    /// <summary>Opens an existing file for reading. Null: see the error.</summary>
    internal static DurableFile? OpenToRead(string path, bool direct, out int error) =>
        OperatingSystem.IsLinux()
            ? LinuxFile.Open(path, LibC.O_RDONLY, direct, out error)
            : PortableFile.Open(path, FileAccess.Read, out error);

    /// <summary>Makes the names in a directory durable. Where that cannot be asked for, the system does it.</summary>
    internal static int FlushDirectory(string directory) =>
        OperatingSystem.IsLinux() ? LinuxFile.FlushDirectory(directory) : 0;

    /// <summary>Writes all of it or says why not.</summary>
    internal abstract int Write(long offset, byte* source, int bytes);

    /// <summary>Reads until <paramref name="bytes"/> are there or the file ends.</summary>
    internal abstract int Read(long offset, byte* destination, int bytes, out int readBytes);

    /// <summary>Returns 0 only when everything written so far is on stable storage.</summary>
    internal abstract int Flush();

    /// <summary>Makes the file at least so long and gets the space for it, so that writes below need none.</summary>
    internal abstract int Preallocate(long lengthBytes);

    public abstract void Dispose();
}
