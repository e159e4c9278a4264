namespace FastStream.TestKit.Processes;

/// <summary>Finds files of the repository from wherever the tests run.</summary>
internal static class RepositoryFolder
{
    /// <summary>The folder of <c>FastStream.sln</c>.</summary>
    public static string Root { get; } = Find();

    /// <summary>A path below the root.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FastStream.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName
            ?? throw new DirectoryNotFoundException($"no FastStream.sln above {AppContext.BaseDirectory}");
    }
}
