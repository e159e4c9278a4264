namespace FastStream.TestKit.Files;

/// <summary>One operation on the simulated file system, as faults are chosen by it.</summary>
internal readonly record struct FileOperation(FileOperationKind Kind, string Path)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Path}";
}
