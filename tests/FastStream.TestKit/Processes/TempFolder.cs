namespace FastStream.TestKit.Processes;

/// <summary>A new, empty folder that goes away with the test.</summary>
internal sealed class TempFolder : IDisposable
{
    /// <summary>Makes one where temporary files go.</summary>
    public TempFolder()
        : this(Path.GetTempPath())
    {
    }

    /// <summary>Makes one inside another folder.</summary>
    public TempFolder(string parent) =>
        FullPath = Directory.CreateDirectory(Path.Combine(parent, $"faststream-test-{Guid.NewGuid():N}")).FullName;

    /// <summary>Its full path.</summary>
    public string FullPath { get; }

    /// <summary>A path inside it.</summary>
    public string PathOf(params string[] parts) => Path.Combine([FullPath, .. parts]);

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(FullPath, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // A test that removes its own folder is welcome to.
        }
    }
}
