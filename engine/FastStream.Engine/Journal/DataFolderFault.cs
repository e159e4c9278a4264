namespace FastStream.Engine.Journal;

/// <summary>Why a data folder cannot be used.</summary>
public enum DataFolderFault
{
    /// <summary>It is missing, not writable, or no data folder.</summary>
    Unusable = 0,

    /// <summary>Another process has it open.</summary>
    InUse = 1,

    /// <summary>It was written in another format version.</summary>
    WrongVersion = 2,

    /// <summary>It lies on a file system that keeps nothing when power goes.</summary>
    Volatile = 3,

    /// <summary>There is no space left for it.</summary>
    DiskFull = 4,
}
