namespace FastStream.Cli.Demo;

/// <summary>
/// Where the demo keeps its data: a temporary folder that goes away with it, or one that the user wants kept.
/// </summary>
internal sealed class DemoFolder : IDisposable
{
    private static readonly string[] s_volatileFormats = ["tmpfs", "ramfs"];
    private readonly bool _keep;

    private DemoFolder(string path, bool keep)
    {
        Path = path;
        _keep = keep;
    }

    public string Path { get; }

    public string DataPath => System.IO.Path.Combine(Path, "data");

    /// <summary>True when the only place found forgets everything at a power cut.</summary>
    public bool IsVolatile => IsVolatileFolder(Path);

    public static DemoFolder Create(string? keepPath)
    {
        if (keepPath is null)
        {
            return new DemoFolder(CreateTemporary(), keep: false);
        }

        if (Directory.Exists(keepPath) && Directory.EnumerateFileSystemEntries(keepPath).Any())
        {
            throw new CommandFailure(ExitCode.Failed, $"--keep {keepPath}: the folder is not empty; name a new one");
        }

        Directory.CreateDirectory(keepPath);
        return new DemoFolder(System.IO.Path.GetFullPath(keepPath), keep: true);
    }

    /// <summary>
    /// The temporary folder is often kept in memory, where no ack can be durable: then one beside the user's data.
    /// </summary>
    private static string CreateTemporary()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        if (!IsVolatileFolder(System.IO.Path.GetTempPath()) || !Directory.Exists(home) || IsVolatileFolder(home))
        {
            return Directory.CreateTempSubdirectory("faststream-demo-").FullName;
        }

        string own = System.IO.Path.Combine(home, $"faststream-demo-{Environment.ProcessId}");
        return Directory.CreateDirectory(own).FullName;
    }

    private static bool IsVolatileFolder(string path)
    {
        return s_volatileFormats.Contains(new DriveInfo(path).DriveFormat);
    }

    public void Dispose()
    {
        if (!_keep)
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
