namespace FastStream.Engine.Journal;

/// <summary>
/// Opens a log: creates or recovers its files, starts a new incarnation, and hands FASTER the result.
/// </summary>
internal static class EntryLogs
{
    private const long LeastPageCount = 4;

    /// <summary>
    /// Opens or creates the log in a folder of its own, having read and checked all of it. Throws
    /// <see cref="JournalDamagedException"/> on damage and <see cref="DataFolderException"/> when the folder cannot be
    /// used.
    /// </summary>
    /// <param name="threads">The threads of the data folder; outlive the log.</param>
    /// <param name="name">What messages call the log.</param>
    /// <param name="directory">The log's own folder.</param>
    /// <param name="settings">Memory always; page and segment size when the log is created.</param>
    /// <param name="mustExist">Set when the data folder is known to have this log.</param>
    /// <param name="isVolatile">Whether the file system forgets: <see cref="IEntryLog.IsVolatile"/>.</param>
    /// <param name="files">What the folder lies in; the machine's file system when left out.</param>
    internal static FasterEntryLog Open(
        LogThreads threads,
        string name,
        string directory,
        EntryLogSettings settings,
        bool mustExist = false,
        bool isVolatile = false,
        FileSystem? files = null)
    {
        PreparedLog prepared = Prepare(name, directory, settings, mustExist, files ?? FileSystem.OfMachine);
        if (!prepared.IsNew)
        {
            _ = LogRecovery.Analyse(prepared.Geometry, prepared.Direct);
        }

        FasterEntryLog log = Start(threads, prepared, isVolatile);
        log.Begin();
        return log;
    }

    /// <summary>
    /// The first half of opening: finds where a log ends and changes nothing of an existing one. What lies below its
    /// commit is for the caller to read.
    /// </summary>
    internal static PreparedLog Prepare(
        string name, string directory, EntryLogSettings settings, bool mustExist, FileSystem files)
    {
        if (settings.Validate().FirstOrDefault() is string fault)
        {
            throw new DataFolderException($"The sizes of the {name} log are wrong: {fault}.");
        }

        LogGeometry geometry = LogCreation.OpenOrCreate(name, directory, settings, mustExist, files, out bool isNew);
        bool direct = StorageProbe.SupportsDirect(files, directory);
        long memoryBytes = Math.Max(settings.MemoryBytes, LeastPageCount * geometry.PageBytes);
        RecoveredLog recovered = isNew ? Empty() : LogRecovery.FindEnd(geometry, direct, memoryBytes);
        return new PreparedLog(geometry, recovered, direct, isNew, memoryBytes);
    }

    /// <summary>The second half: opened for reading. A log that is new has begun.</summary>
    internal static FasterEntryLog Start(
        LogThreads threads,
        PreparedLog prepared,
        bool isVolatile,
        DiskReserve? reserve = null,
        bool spendsReserve = false)
    {
        LogGeometry geometry = prepared.Geometry;
        LogSegments segments = new(geometry, prepared.Direct, reserve, spendsReserve);
        DurableFile? commits = null;
        try
        {
            PrepareSegments(geometry, segments, prepared.Recovered);
            commits = OpenCommits(geometry, prepared.Direct);
            FasterEntryLog log = new(
                geometry, threads, segments, commits, prepared.Recovered, prepared.MemoryBytes, isVolatile);
            if (prepared.IsNew)
            {
                log.Begin();
                LogManifest.Write(geometry);
            }

            return log;
        }
        catch
        {
            commits?.Dispose();
            segments.Dispose();
            throw;
        }
    }

    private static RecoveredLog Empty()
    {
        CommitRecord none = new()
        {
            BeginAddress = LogGeometry.FirstAddress,
            UntilAddress = LogGeometry.FirstAddress,
        };
        return new RecoveredLog(none, CommitSlot: -1, LogGeometry.FirstAddress, 0, 0, 0);
    }

    internal static void PrepareSegments(LogGeometry geometry, LogSegments segments, RecoveredLog recovered)
    {
        long begin = recovered.Commit.BeginAddress;
        int first = geometry.SegmentOf(begin);
        foreach (int segment in geometry.FindSegments().Where(segment => segment < first))
        {
            // Given up before, but the process ended before they were gone. What cannot go today goes another day.
            _ = geometry.Files.Delete(geometry.SegmentPath(segment));
        }

        int error = segments.OpenAt(begin, recovered.TailAddress);
        if (error != 0)
        {
            throw AtomicFile.Failed("get space for", geometry.Directory, error);
        }
    }

    internal static DurableFile OpenCommits(LogGeometry geometry, bool direct)
    {
        DurableFile file = geometry.Files.Open(geometry.CommitsPath, direct, out int error)
            ?? throw AtomicFile.Failed("open", geometry.CommitsPath, error);
        error = file.Preallocate(CommitSlots.FileBytes);
        error = error != 0 ? error : geometry.Files.FlushDirectory(geometry.Directory);
        if (error != 0)
        {
            file.Dispose();
            throw AtomicFile.Failed("get space for", geometry.CommitsPath, error);
        }

        return file;
    }
}
