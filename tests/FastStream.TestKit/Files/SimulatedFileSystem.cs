using FastStream.Engine.Journal;

namespace FastStream.TestKit.Files;

/// <summary>
/// A file system in memory for the code that runs over the real one: unsynced writes and names are kept apart from
/// what lies on the disk, any operation can fail, the process can die at any of them, and power can be cut.
/// </summary>
/// <remarks>All members may be called from any thread; one lock guards everything.</remarks>
internal sealed class SimulatedFileSystem : FileSystem
{
    private const int Eio = 5;
    private const int Enoent = 2;
    private const int Enospc = 28;

    private readonly Lock _lock = new();
    private SimulatedDirectory _root = new();
    private readonly HashSet<string> _locked = new(StringComparer.Ordinal);

    /// <summary>Chooses what happens to an operation; null does what it should. Called under the lock: be quick.</summary>
    internal Func<FileOperation, FileFault>? Fault { get; set; }

    /// <summary>Bytes that all files together may have; a file has what its length says.</summary>
    internal long CapacityBytes { get; set; } = long.MaxValue;

    /// <summary>Set by a fault: nothing works any more until <see cref="Restart"/>.</summary>
    internal bool IsDead { get; private set; }

    /// <summary>Counts processes: files opened by an earlier one do not work.</summary>
    internal int Life { get; private set; }

    /// <summary>Another file system with what lies on the disk of this one.</summary>
    internal SimulatedFileSystem Copy()
    {
        lock (_lock)
        {
            return new SimulatedFileSystem { _root = _root.CopyOfDisk() };
        }
    }

    /// <summary>The next process begins. Files are as the last one saw them.</summary>
    internal void Restart()
    {
        lock (_lock)
        {
            Life++;
            IsDead = false;
            _locked.Clear();
        }
    }

    /// <summary>Power goes and comes back: of what was not flushed, so much is left.</summary>
    internal void CutPower(Survival survival, Random random)
    {
        lock (_lock)
        {
            Cut(_root, survival, random);
        }

        Restart();
    }

    internal override DurableFile? Open(string path, bool direct, out int error)
    {
        lock (_lock)
        {
            SimulatedDirectory? directory = Parent(path);
            if (directory is null)
            {
                error = Enoent;
                return null;
            }

            string name = Path.GetFileName(path);
            bool isThere = directory.Names.TryGetValue(name, out object? found);
            bool isDead = !Allow(
                isThere ? FileOperationKind.Open : FileOperationKind.Create, path, out error, out bool isHalf);
            if (isDead && !isHalf)
            {
                return null;
            }

            if (!isThere)
            {
                found = new SimulatedContent();
                directory.Set(name, found);
            }

            return isDead ? null : new SimulatedFile(this, (SimulatedContent)found!, path, direct);
        }
    }

    internal override DurableFile? OpenToRead(string path, bool direct, out int error)
    {
        lock (_lock)
        {
            error = Find(path) is SimulatedContent ? 0 : Enoent;
            if (error != 0 || !Allow(FileOperationKind.Open, path, out error, out _))
            {
                return null;
            }

            return new SimulatedFile(this, (SimulatedContent)Find(path)!, path, direct);
        }
    }

    internal override bool FileExists(string path)
    {
        lock (_lock)
        {
            return !IsDead && Find(path) is SimulatedContent;
        }
    }

    internal override bool DirectoryExists(string path)
    {
        lock (_lock)
        {
            return !IsDead && Find(path) is SimulatedDirectory;
        }
    }

    internal override IReadOnlyList<string> FilesIn(string directory)
    {
        lock (_lock)
        {
            return Find(directory) is SimulatedDirectory found && !IsDead
                ? [.. found.Names.Where(pair => pair.Value is SimulatedContent).Select(pair => pair.Key)]
                : [];
        }
    }

    internal override int CreateDirectory(string path) =>
        Do(FileOperationKind.CreateDirectory, path, parent => parent.Set(Path.GetFileName(path), new SimulatedDirectory()));

    internal override int DeleteDirectory(string path) =>
        Do(FileOperationKind.DeleteDirectory, path, parent => parent.Remove(Path.GetFileName(path)));

    internal override int Rename(string from, string to) =>
        Do(FileOperationKind.Rename, from, parent => parent.Rename(Path.GetFileName(from), Path.GetFileName(to)));

    internal override int Delete(string path)
    {
        lock (_lock)
        {
            return Find(path) is null && !IsDead
                ? 0
                : Do(FileOperationKind.Delete, path, parent => parent.Remove(Path.GetFileName(path)));
        }
    }

    internal override IDisposable Lock(string folder)
    {
        lock (_lock)
        {
            return _locked.Add(folder)
                ? new Locked(this, folder, Life)
                : throw new DataFolderException($"The data folder {folder} is in use.", DataFolderFault.InUse);
        }
    }

    internal override string? VolatileKind(string directory) => null;

    /// <summary>Changes a file behind everybody's back, on the disk too.</summary>
    internal void Damage(string path, Action<SimulatedContent> change)
    {
        lock (_lock)
        {
            SimulatedContent content = (SimulatedContent)Find(path)!;
            change(content);
            content.Flush();
        }
    }

    /// <summary>Length of a file, or -1.</summary>
    internal long LengthOf(string path)
    {
        lock (_lock)
        {
            return Find(path) is SimulatedContent content ? content.LengthBytes : -1;
        }
    }

    internal int Write(SimulatedFile file, SimulatedContent content, long offset, ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (!Allow(file, FileOperationKind.Write, out int error, out bool isHalf))
            {
                if (isHalf)
                {
                    content.Write(offset, bytes[..(bytes.Length / 2)]);
                }

                return error;
            }

            if (!HasRoom(offset + bytes.Length - content.LengthBytes))
            {
                return Enospc;
            }

            content.Write(offset, bytes);
            return 0;
        }
    }

    internal int Read(SimulatedFile file, SimulatedContent content, long offset, Span<byte> bytes, out int readBytes)
    {
        lock (_lock)
        {
            readBytes = 0;
            if (Allow(file, FileOperationKind.Read, out int error, out _))
            {
                readBytes = content.Read(offset, bytes);
            }

            return error;
        }
    }

    internal int Flush(SimulatedFile file, SimulatedContent content)
    {
        lock (_lock)
        {
            bool isAllowed = Allow(file, FileOperationKind.Flush, out int error, out bool isHalf);
            if (isAllowed || isHalf)
            {
                content.Flush();
            }
            else if (!IsDead)
            {
                content.FailFlush();
            }

            return error;
        }
    }

    internal int Preallocate(SimulatedFile file, SimulatedContent content, long lengthBytes)
    {
        lock (_lock)
        {
            bool isAllowed = Allow(file, FileOperationKind.Preallocate, out int error, out bool isHalf);
            if (isAllowed && !HasRoom(lengthBytes - content.LengthBytes))
            {
                return Enospc;
            }

            if (isAllowed || isHalf)
            {
                content.Extend(lengthBytes);
                content.Flush();
            }

            return error;
        }
    }

    protected override int FlushNames(string directory)
    {
        lock (_lock)
        {
            bool isAllowed = Allow(FileOperationKind.FlushDirectory, directory, out int error, out bool isHalf);
            if (Find(directory) is SimulatedDirectory found && (isAllowed || isHalf))
            {
                found.Flush();
            }

            return error;
        }
    }

    private static void Cut(SimulatedDirectory directory, Survival survival, Random random)
    {
        foreach (SimulatedContent content in directory.Names.Values.OfType<SimulatedContent>())
        {
            content.CutPower(survival, random);
        }

        directory.CutPower(survival, random);
        foreach (SimulatedDirectory below in directory.Names.Values.OfType<SimulatedDirectory>())
        {
            Cut(below, survival, random);
        }
    }

    private static long BytesIn(SimulatedDirectory directory) => directory.Names.Values.Sum(value =>
        value is SimulatedDirectory below ? BytesIn(below) : ((SimulatedContent)value).LengthBytes);

    private bool HasRoom(long moreBytes) =>
        moreBytes <= 0 || CapacityBytes == long.MaxValue || BytesIn(_root) + moreBytes <= CapacityBytes;

    private int Do(FileOperationKind kind, string path, Action<SimulatedDirectory> change)
    {
        lock (_lock)
        {
            bool isAllowed = Allow(kind, path, out int error, out bool isHalf);
            if (!isAllowed && !isHalf)
            {
                return error;
            }

            if (Parent(path) is not SimulatedDirectory parent)
            {
                return Enoent;
            }

            change(parent);
            return error;
        }
    }

    private bool Allow(SimulatedFile file, FileOperationKind kind, out int error, out bool isHalf)
    {
        isHalf = false;
        error = Eio;
        return file.Life == Life && Allow(kind, file.Path, out error, out isHalf);
    }

    /// <summary>False: not to be done, answer the error; but half of it when the process died in its midst.</summary>
    private bool Allow(FileOperationKind kind, string path, out int error, out bool isHalf)
    {
        isHalf = false;
        error = Eio;
        if (IsDead)
        {
            return false;
        }

        FileFault fault = Fault?.Invoke(new FileOperation(kind, path)) ?? FileFault.None;
        if (fault.Kind == FileFaultKind.None)
        {
            error = 0;
            return true;
        }

        error = fault.Error;
        IsDead = fault.Kind != FileFaultKind.Error;
        isHalf = fault.Kind == FileFaultKind.DeathHalfWay;
        return false;
    }

    private SimulatedDirectory? Parent(string path) =>
        Path.GetDirectoryName(path) is string parent ? Find(parent) as SimulatedDirectory : null;

    private object? Find(string path)
    {
        object? found = _root;
        foreach (string name in path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            if (found is not SimulatedDirectory directory || !directory.Names.TryGetValue(name, out found))
            {
                return null;
            }
        }

        return found;
    }

    private sealed class Locked(SimulatedFileSystem files, string folder, int life) : IDisposable
    {
        public void Dispose()
        {
            lock (files._lock)
            {
                if (life == files.Life)
                {
                    files._locked.Remove(folder);
                }
            }
        }
    }
}
