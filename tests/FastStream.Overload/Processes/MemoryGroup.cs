using System.Globalization;

namespace FastStream.Overload.Processes;

/// <summary>A control group (v1) whose memory is limited. Removed when its processes have gone.</summary>
internal sealed class MemoryGroup : IDisposable
{
    private const string Root = "/sys/fs/cgroup/memory";

    private MemoryGroup(string folder)
    {
        Folder = folder;
    }

    /// <summary>Its folder.</summary>
    public string Folder { get; }

    /// <summary>Makes one; null, with the reason, where this process may not.</summary>
    public static MemoryGroup? TryMake(long limitBytes, out string reason)
    {
        string folder = Path.Combine(Root, $"faststream-{Environment.ProcessId}-{Guid.NewGuid():N}");
        try
        {
            if (!File.Exists(Path.Combine(Root, "memory.limit_in_bytes")))
            {
                reason = $"{Root} is no memory controller of version 1";
                return null;
            }

            Directory.CreateDirectory(folder);
            File.WriteAllText(
                Path.Combine(folder, "memory.limit_in_bytes"), limitBytes.ToString(CultureInfo.InvariantCulture));
            reason = "";
            return new MemoryGroup(folder);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            reason = fault.Message;
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (int attempt = 0; attempt < 200; attempt++)
        {
            try
            {
                Directory.Delete(Folder);
                return;
            }
            catch (IOException)
            {
                Thread.Yield(); // a process is on its way out
            }
        }
    }
}
