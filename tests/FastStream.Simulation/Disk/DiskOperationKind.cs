namespace FastStream.Simulation.Disk;

/// <summary>Kinds of <see cref="DiskOperation"/>.</summary>
internal enum DiskOperationKind
{
    /// <summary>Bytes of pages go to the file.</summary>
    Write,

    /// <summary>The file is flushed.</summary>
    Flush,

    /// <summary>A commit slot is written and flushed.</summary>
    Commit,
}
