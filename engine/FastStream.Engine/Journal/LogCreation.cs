namespace FastStream.Engine.Journal;

/// <summary>
/// Makes a log's folder: segment, commit file, and last of all the manifest, so that a log with a manifest is whole.
/// </summary>
internal static class LogCreation
{
    /// <summary>
    /// The geometry of the log in this folder, which is created when it is not there. A folder that must exist, or
    /// that holds bytes of a log, is never taken for a new one.
    /// </summary>
    internal static LogGeometry OpenOrCreate(
        string name, string directory, EntryLogSettings settings, bool mustExist, FileSystem files, out bool isNew)
    {
        isNew = false;
        if (files.DirectoryExists(directory) && LogManifest.Read(name, directory, files) is LogGeometry existing)
        {
            return existing;
        }

        LogGeometry geometry = new(name, directory, settings.PageBytes, settings.SegmentBytes) { Files = files };
        if (mustExist || HoldsData(files, directory))
        {
            throw new JournalDamagedException(name, geometry.ManifestPath, 0, "the file is missing");
        }

        if (files.DirectoryExists(directory))
        {
            // Left over from a creation that was interrupted.
            AtomicFile.Check(files.DeleteDirectory(directory), "remove", directory);
        }

        AtomicFile.Check(files.CreateDirectories(directory), "create", directory);
        isNew = true;
        return geometry;
    }

    /// <summary>Whether anything but the first block of a creation has ever been written here.</summary>
    internal static bool HoldsData(FileSystem files, string directory)
    {
        if (!files.DirectoryExists(directory))
        {
            return false;
        }

        // The sizes do not matter for looking at the first bytes.
        LogGeometry geometry = new("", directory, EntryReader.SequentialBytes, EntryReader.SequentialBytes)
        {
            Files = files,
        };
        if (files.FileExists(geometry.CommitsPath))
        {
            byte[] commits = files.ReadAll(geometry.CommitsPath, CommitSlots.FileBytes);
            CommitRecord commit = CommitSlots.FindNewest(commits, out int slot);
            if (slot >= 0)
            {
                return commit.Number > 1;
            }
        }

        List<int> segments = geometry.FindSegments();
        if (segments.Count == 0)
        {
            return false;
        }

        using EntryReader reader = new(geometry, direct: false, EntryReader.SequentialBytes);
        bool hasBytes = segments is not [0]
            || reader.ReadRaw(DurableFile.BlockBytes, long.MaxValue).ContainsAnyExcept((byte)0);
        reader.RequireReadable(DurableFile.BlockBytes);
        return hasBytes;
    }
}
