namespace FastStream.Engine.Journal;

/// <summary>
/// A directory with everything the engine keeps: lock, manifest.json, and a folder each for the journal, the results
/// log and the state log. Opening creates what is not there, and never takes damage for emptiness.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    internal const string JournalName = "journal";
    internal const string ResultsName = "results";
    internal const string StateName = "state";

    /// <summary>What messages call the folder itself.</summary>
    internal const string Label = "data folder";

    private const string ManifestName = "manifest.json";

    private readonly IDisposable _lock;
    private readonly LogThreads _threads;

    private DataFolder(string path, DataFolderManifest manifest, IDisposable folderLock, LogThreads threads)
    {
        Path = path;
        Id = manifest.Id;
        _lock = folderLock;
        _threads = threads;
    }

    internal static IReadOnlyList<string> LogNames { get; } = [JournalName, ResultsName, StateName];

    internal string Path { get; }

    internal Guid Id { get; }

    /// <summary>Whether this opening created the folder.</summary>
    internal bool IsNew { get; private init; }

    /// <summary>The file system that forgets, or null. Where it is set, nothing may be called durable.</summary>
    internal string? VolatileFileSystem { get; private init; }

    internal FasterEntryLog Journal { get; private set; } = null!;

    internal FasterEntryLog Results { get; private set; } = null!;

    internal FasterEntryLog State { get; private set; } = null!;

    /// <summary>
    /// Locks, checks and opens. Throws <see cref="DataFolderException"/> when the folder is in use, of another version
    /// or on a volatile file system, and <see cref="JournalDamagedException"/> on damage, having changed nothing.
    /// </summary>
    internal static DataFolder Open(string path, DataFolderSettings settings)
    {
        FileSystem files = settings.Files;
        path = System.IO.Path.GetFullPath(path);
        AtomicFile.Check(files.CreateDirectories(path), "create the data folder", path);
        string? volatileKind = files.VolatileKind(path);
        if (volatileKind is not null && !settings.AllowVolatile)
        {
            throw new DataFolderException(
                $"The data folder {path} lies on {volatileKind}, which keeps nothing when power goes. Use a folder " +
                "on a disk, or allow a volatile one (--allow-volatile); then no ack is called durable.",
                DataFolderFault.Volatile);
        }

        IDisposable folderLock = files.Lock(path);
        LogThreads? threads = null;
        DataFolder? folder = null;
        try
        {
            DataFolderManifest? manifest = ReadManifest(files, path);
            bool isNew = manifest is null;
            if (!isNew)
            {
                // The process that gave the manifest its name may have been killed before it flushed the name.
                AtomicFile.Check(files.FlushDirectory(path), "flush the directory of", ManifestPath(path));
            }
            else
            {
                RemoveLeftovers(files, path);
            }

            EntryLogSettings[] sizes = [settings.Journal, settings.Results, settings.State];
            PreparedLog[] prepared = [.. LogNames.Zip(sizes, (name, size) =>
                EntryLogs.Prepare(name, System.IO.Path.Combine(path, name), size, mustExist: !isNew, files))];

            manifest ??= new DataFolderManifest(Guid.NewGuid());
            threads = new LogThreads();
            folder = new DataFolder(path, manifest, folderLock, threads)
            {
                IsNew = isNew,
                VolatileFileSystem = volatileKind,
            };
            bool isVolatile = volatileKind is not null;
            DiskReserve reserve = new(files, path, settings.ReserveBytes);
            folder.Journal = EntryLogs.Start(threads, prepared[0], isVolatile, reserve);
            folder.Results = EntryLogs.Start(threads, prepared[1], isVolatile, reserve, spendsReserve: true);
            folder.State = EntryLogs.Start(threads, prepared[2], isVolatile, reserve, spendsReserve: true);
            _ = reserve.Hold(); // a disk that has no room for it now lets the journal end at its segment
            if (isNew)
            {
                manifest.Write(files, ManifestPath(path));
            }

            return folder;
        }
        catch
        {
            folder?.CloseLogs();
            threads?.Dispose();
            folderLock.Dispose();
            throw;
        }
    }

    /// <summary>The manifest; null only when no log here has ever held anything.</summary>
    internal static DataFolderManifest? ReadManifest(FileSystem files, string path)
    {
        DataFolderManifest? manifest = DataFolderManifest.Read(files, ManifestPath(path));
        if (manifest is null && HoldsData(files, path))
        {
            throw new JournalDamagedException(Label, ManifestPath(path), 0, "the file is missing");
        }

        return manifest;
    }

    internal static string ManifestPath(string path) => System.IO.Path.Combine(path, ManifestName);

    /// <summary>Commits and closes the logs, journal last, and frees the folder.</summary>
    public void Dispose()
    {
        CloseLogs();
        _threads.Dispose();
        _lock.Dispose();
    }

    /// <summary>Logs without a manifest that hold nothing: their creation was interrupted, and begins anew.</summary>
    private static void RemoveLeftovers(FileSystem files, string path)
    {
        foreach (string directory in LogNames.Select(name => System.IO.Path.Combine(path, name)))
        {
            if (files.DirectoryExists(directory))
            {
                AtomicFile.Check(files.DeleteDirectory(directory), "remove", directory);
            }
        }
    }

    private static bool HoldsData(FileSystem files, string path) =>
        LogNames.Any(name => LogCreation.HoldsData(files, System.IO.Path.Combine(path, name)));

    private void CloseLogs()
    {
        State?.Dispose();
        Results?.Dispose();
        Journal?.Dispose();
    }
}
