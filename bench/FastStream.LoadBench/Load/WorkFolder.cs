namespace FastStream.LoadBench.Load;

/// <summary>A folder of this process, removed at the end.</summary>
internal sealed class WorkFolder : IDisposable
{
    public WorkFolder(string parent)
    {
        FullPath = Path.Combine(parent, $"faststream-bench-{Environment.ProcessId}");
        Directory.CreateDirectory(FullPath);
    }

    public string FullPath { get; }

    public void Dispose()
    {
        if (Directory.Exists(FullPath))
        {
            Directory.Delete(FullPath, recursive: true);
        }
    }
}
