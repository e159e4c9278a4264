namespace FastStream.Engine.Journal;

/// <summary>
/// Everything a data folder asks of the file system: the one door through which files are made, renamed, removed and
/// read, so that a simulated one can stand behind the same code. Every operation answers with the true error number.
/// </summary>
internal abstract class FileSystem
{
    /// <summary>The one of this machine.</summary>
    internal static FileSystem OfMachine { get; } = new MachineFileSystem();

    /// <summary>Whether reading ahead on threads is of use, and allowed: a simulated one is stepped by one.</summary>
    internal virtual bool TakesReaders => false;

    /// <summary>Opens for reading and writing, creating the file when it is not there. Null: see the error.</summary>
    internal abstract DurableFile? Open(string path, bool direct, out int error);

    /// <summary>Opens an existing file for reading. Null: see the error.</summary>
    internal abstract DurableFile? OpenToRead(string path, bool direct, out int error);

    internal abstract bool FileExists(string path);

    internal abstract bool DirectoryExists(string path);

    /// <summary>Names of the files right in a directory.</summary>
    internal abstract IReadOnlyList<string> FilesIn(string directory);

    /// <summary>Makes one directory, whose parent exists.</summary>
    internal abstract int CreateDirectory(string path);

    /// <summary>Removes a directory and the files in it.</summary>
    internal abstract int DeleteDirectory(string path);

    /// <summary>Gives a file another name in the same directory, in place of what had it, in one step.</summary>
    internal abstract int Rename(string from, string to);

    /// <summary>Removes a file; one that is not there is removed already.</summary>
    internal abstract int Delete(string path);

    /// <summary>Takes a folder for this process, or throws naming the process that has it.</summary>
    internal abstract IDisposable Lock(string folder);

    /// <summary>The same for whoever only reads: changes nothing, and is no lock when there never was one.</summary>
    internal virtual IDisposable? LockToRead(string folder) => Lock(folder);

    /// <summary>The name of the file system if it forgets everything at power-off, else null.</summary>
    internal abstract string? VolatileKind(string directory);

    /// <summary>
    /// Makes the names in a directory durable: files created, renamed and removed there until now.
    /// </summary>
    internal int FlushDirectory(string directory)
    {
#if PLANTED_FAULTS
        if (PlantedFaults.Is(PlantedFault.CommitWithoutDirectoryFlush))
        {
            return 0;
        }
#endif
        return FlushNames(directory);
    }

    /// <summary>
    /// Makes a directory and those above it that are missing, with their names on stable storage: a folder whose name
    /// a power cut takes away is empty when the next start makes it again. What is there is flushed too: the process
    /// that made it may have been killed before it came to that.
    /// </summary>
    internal int CreateDirectories(string path)
    {
        string? parent = Path.GetDirectoryName(Path.GetFullPath(path));
        if (parent is null)
        {
            return 0;
        }

        int error = CreateDirectories(parent);
        if (error != 0 || DirectoryExists(path))
        {
            error = error != 0 ? error : FlushDirectory(parent);
            return IsOfOthers(error) ? 0 : error;
        }

        error = CreateDirectory(path);
        return error != 0 ? error : FlushDirectory(parent);
    }

    /// <summary>A small file, whole; throws <see cref="DataFolderException"/> when it cannot be read.</summary>
    internal unsafe byte[] ReadAll(string path, int mostBytes)
    {
        using DurableFile file = OpenToRead(path, direct: false, out int error)
            ?? throw AtomicFile.Failed("open", path, error);
        byte[] bytes = new byte[Math.Min(Math.Max(0, file.LengthBytes), mostBytes)];
        fixed (byte* destination = bytes)
        {
            error = file.Read(0, destination, bytes.Length, out int read);
            return error != 0 ? throw AtomicFile.Failed("read", path, error) : bytes[..read];
        }
    }

    // A directory that this user cannot open, or that lies where nothing can be written, was made by somebody else.
    private static bool IsOfOthers(int error) =>
        error is LibC.EACCES or LibC.EPERM or LibC.EROFS or LibC.EINVAL;

    /// <summary>What <see cref="FlushDirectory"/> does, without the seam of the proofs.</summary>
    protected abstract int FlushNames(string directory);
}
