using System.Globalization;

namespace FastStream.Overload.Processes;

/// <summary>Memory of a process as the system counts it (Linux, /proc).</summary>
internal static class ProcessMemory
{
    /// <summary>Resident memory that belongs to the process alone: heap, stacks, native memory; no files.</summary>
    public static long AnonymousBytes(int processId) => Read(processId, "RssAnon:");

    /// <summary>The most that was ever resident, files included.</summary>
    public static long PeakBytes(int processId) => Read(processId, "VmHWM:");

    /// <summary>Processor time that it has used.</summary>
    public static double CpuSeconds(int processId)
    {
        using System.Diagnostics.Process process = System.Diagnostics.Process.GetProcessById(processId);
        return process.TotalProcessorTime.TotalSeconds;
    }

    /// <summary>Descriptors that are open now.</summary>
    public static int OpenDescriptors(int processId) => Directory.GetFileSystemEntries($"/proc/{processId}/fd").Length;

    private static long Read(int processId, string name)
    {
        foreach (string line in File.ReadLines($"/proc/{processId}/status"))
        {
            if (line.StartsWith(name, StringComparison.Ordinal))
            {
                string kilobytes = line[name.Length..].Trim().Split(' ')[0];
                return 1024 * long.Parse(kilobytes, CultureInfo.InvariantCulture);
            }
        }

        throw new InvalidOperationException($"/proc/{processId}/status has no line {name}");
    }
}
