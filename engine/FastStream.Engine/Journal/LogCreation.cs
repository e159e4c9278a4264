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
        string name, string directory, EntryLogSettings settings, bool mustExist, out bool isNew)
    {
        isNew = false;
        if (Directory.Exists(directory) && LogManifest.Read(name, directory) is LogGeometry existing)
        {
            return existing;
        }

        LogGeometry geometry = new(name, directory, settings.PageBytes, settings.SegmentBytes);
        if (mustExist || HoldsData(directory))
        {
            throw new JournalDamagedException(name, geometry.ManifestPath, 0, "the file is missing");
        }

        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true); // left over from a creation that was interrupted
        }

        Directory.CreateDirectory(directory);
        isNew = true;
        return geometry;
    }

    /// <summary>Whether anything but the first block of a creation has ever been written here.</summary>
    internal static bool HoldsData(string directory)
    {
        if (!Directory.Exists(directory))
        {
            return false;
        }

        // The sizes do not matter for looking at the first bytes.
        LogGeometry geometry = new("", directory, EntryReader.SequentialBytes, EntryReader.SequentialBytes);
        if (File.Exists(geometry.CommitsPath))
        {
            CommitRecord commit = CommitSlots.FindNewest(LogRecovery.ReadAll(geometry.CommitsPath), out int slot);
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
        return segments is not [0]
            || reader.ReadRaw(DurableFile.BlockBytes, long.MaxValue).ContainsAnyExcept((byte)0);
    }
}
