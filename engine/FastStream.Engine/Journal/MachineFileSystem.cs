namespace FastStream.Engine.Journal;

/// <summary>The file system of this machine; on Linux by system calls whose results are checked.</summary>
internal sealed class MachineFileSystem : FileSystem
{
    internal override bool TakesReaders => true;

    internal override DurableFile? Open(string path, bool direct, out int error) =>
        OperatingSystem.IsLinux()
            ? LinuxFile.Open(path, LibC.O_RDWR | LibC.O_CREAT, direct, out error)
            : PortableFile.Open(path, FileAccess.ReadWrite, out error);

    internal override DurableFile? OpenToRead(string path, bool direct, out int error) =>
        OperatingSystem.IsLinux()
            ? LinuxFile.Open(path, LibC.O_RDONLY, direct, out error)
            : PortableFile.Open(path, FileAccess.Read, out error);

    internal override bool FileExists(string path) => File.Exists(path);

    internal override bool DirectoryExists(string path) => Directory.Exists(path);

    internal override IReadOnlyList<string> FilesIn(string directory) =>
        [.. Directory.EnumerateFiles(directory).Select(path => Path.GetFileName(path))];

    internal override int CreateDirectory(string path) => Try(() => Directory.CreateDirectory(path));

    internal override int DeleteDirectory(string path) => Try(() => Directory.Delete(path, recursive: true));

    internal override int Rename(string from, string to) => Try(() => File.Move(from, to, overwrite: true));

    internal override int Delete(string path) => Try(() => File.Delete(path));

    internal override IDisposable Lock(string folder) => FolderLock.Take(folder);

    internal override IDisposable? LockToRead(string folder) => FolderLock.TakeToRead(folder);

    internal override string? VolatileKind(string directory) => StorageProbe.VolatileFileSystem(directory);

    // Where a flush of names cannot be asked for, the system does it by itself.
    protected override int FlushNames(string directory) =>
        OperatingSystem.IsLinux() ? LinuxFile.FlushDirectory(directory) : 0;

    private static int Try(Action operation)
    {
        try
        {
            operation();
            return 0;
        }
        catch (IOException exception)
        {
            return StorageError.Of(exception);
        }
        catch (UnauthorizedAccessException)
        {
            return LibC.EACCES;
        }
    }
}
