namespace FastStream.TestKit.Files;

/// <summary>What the engine asks of a file system.</summary>
internal enum FileOperationKind
{
    /// <summary>A file that is there is opened.</summary>
    Open,

    /// <summary>A file is opened that was not there.</summary>
    Create,

    /// <summary>Bytes are read.</summary>
    Read,

    /// <summary>Bytes are written.</summary>
    Write,

    /// <summary>A file is flushed.</summary>
    Flush,

    /// <summary>A file gets its length and space.</summary>
    Preallocate,

    /// <summary>A file gets another name.</summary>
    Rename,

    /// <summary>A file is removed.</summary>
    Delete,

    /// <summary>A directory is made.</summary>
    CreateDirectory,

    /// <summary>A directory is removed with what is in it.</summary>
    DeleteDirectory,

    /// <summary>The names in a directory are flushed.</summary>
    FlushDirectory,
}
