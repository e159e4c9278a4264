using System.Globalization;

namespace FastStream.Peers.Running;

/// <summary>
/// A folder of this process, removed at the end. Its name carries the process's number, so that a later run removes
/// what a killed one left behind.
/// </summary>
internal sealed class WorkFolder : IDisposable
{
    private const string Prefix = "faststream-peers-";

    public WorkFolder(string parent)
    {
        Directory.CreateDirectory(parent);
        RemoveWhatIsLeft(parent);
        FullPath = Path.Combine(parent, $"{Prefix}{Environment.ProcessId}");
        Directory.CreateDirectory(FullPath);
    }

    public string FullPath { get; }

    /// <summary>Why files there would measure no disk, or null.</summary>
    public static string? WhyNoDisk(string parent)
    {
        string existing = parent;
        while (!Directory.Exists(existing))
        {
            existing = Path.GetDirectoryName(existing) ?? "/";
        }

        string kind = new DriveInfo(existing).DriveFormat;
        return kind is "tmpfs" or "ramfs" ? $"{parent} is {kind}, not a disk; choose another with --folder" : null;
    }

    public string File(string name) => Path.Combine(FullPath, name);

    public void Dispose()
    {
        if (Directory.Exists(FullPath))
        {
            Directory.Delete(FullPath, recursive: true);
        }
    }

    private static void RemoveWhatIsLeft(string parent)
    {
        foreach (string folder in Directory.EnumerateDirectories(parent, Prefix + "*"))
        {
            ReadOnlySpan<char> number = Path.GetFileName(folder.AsSpan())[Prefix.Length..];
            bool isOurs = int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int process);
            if (isOurs && !Directory.Exists($"/proc/{process}"))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }
}
