namespace FastStream.Engine.Journal;

/// <summary>Reads a data folder from end to end and says what is sound; changes nothing in the logs.</summary>
internal static class LogVerifier
{
    /// <summary>A log with more damage than this is lost anyway.</summary>
    internal const int DamageLimit = 100;

    /// <summary>
    /// Verifies all logs of a folder, under its lock: throws <see cref="DataFolderException"/> when it is in use or of
    /// another version.
    /// </summary>
    internal static IReadOnlyList<LogReport> Verify(string folder, FileSystem? fileSystem = null)
    {
        FileSystem files = fileSystem ?? FileSystem.OfMachine;
        folder = Path.GetFullPath(folder);
        if (!files.DirectoryExists(folder))
        {
            throw new DataFolderException($"There is no folder {folder}.");
        }

        using IDisposable folderLock = files.Lock(folder);
        List<LogReport> reports = [];
        try
        {
            if (DataFolder.ReadManifest(files, folder) is null)
            {
                throw new DataFolderException($"{folder} is not a FastStream data folder: it has no manifest.json.");
            }
        }
        catch (JournalDamagedException damage)
        {
            reports.Add(new LogReport(DataFolder.Label, 0, 0, 0, 0, 0, [ToDamage(damage)]));
        }

        foreach (string name in DataFolder.LogNames)
        {
            reports.Add(VerifyLog(name, Path.Combine(folder, name), files));
        }

        return reports;
    }

    /// <summary>Verifies one log in its own folder.</summary>
    internal static LogReport VerifyLog(string name, string directory, FileSystem? files = null)
    {
        List<LogDamage> damages = [];
        CommitRecord commit = default;
        long entryCount = 0;
        try
        {
            LogGeometry geometry = LogManifest.Read(name, directory, files)
                ?? throw new JournalDamagedException(
                    name, Path.Combine(directory, "manifest.json"), 0, "the file is missing");
            commit = LogRecovery.ReadCommit(geometry, out int slot);
            entryCount = ScanCommitted(geometry, commit, damages);
            if (damages.Count == 0)
            {
                RecoveredLog recovered = LogRecovery.GoOn(geometry, direct: false, commit, slot);
                return new LogReport(
                    name,
                    commit.BeginAddress,
                    commit.UntilAddress,
                    recovered.TailAddress,
                    entryCount + recovered.RolledForwardCount,
                    recovered.RolledForwardCount,
                    damages);
            }
        }
        catch (JournalDamagedException damage)
        {
            damages.Add(ToDamage(damage));
        }

        return new LogReport(
            name, commit.BeginAddress, commit.UntilAddress, commit.UntilAddress, entryCount, 0, damages);
    }

    private static long ScanCommitted(LogGeometry geometry, in CommitRecord commit, List<LogDamage> damages)
    {
        long entryCount = 0;
        long from = commit.BeginAddress;
        while (from < commit.UntilAddress && damages.Count < DamageLimit)
        {
            using EntryScanner scanner = new(
                geometry, direct: false, from, commit.UntilAddress, startsAtEntry: true);
            try
            {
                while (scanner.MoveNextOfAnyKind(out _, out _, out _))
                {
                    // Counting is all there is to do with a sound entry.
                }

                LogRecovery.CheckLast(commit, scanner);
                return entryCount + scanner.PassedCount;
            }
            catch (JournalDamagedException damage)
            {
                damages.Add(ToDamage(damage));
                entryCount += scanner.PassedCount;
                from = NextSoundPage(geometry, scanner.NextAddress, commit.UntilAddress);
            }
        }

        return entryCount;
    }

    /// <summary>Entries begin anew on each page, so after damage the next page is the next place to look.</summary>
    private static long NextSoundPage(LogGeometry geometry, long address, long limit)
    {
        using EntryReader reader = new(geometry, direct: false, EntryReader.SequentialBytes);
        for (long page = geometry.PageEnd(address); page < limit; page += geometry.PageBytes)
        {
            if (reader.ReadHeader(page, limit, out _, out _) == EntryFault.None)
            {
                return page;
            }
        }

        return limit;
    }

    private static LogDamage ToDamage(JournalDamagedException damage) =>
        new(damage.File, damage.OffsetBytes, damage.What);
}
