using System.Runtime.InteropServices;

namespace FastStream.Overload.Processes;

/// <summary>How many descriptors this process may open; raised as far as the system lets it.</summary>
internal static partial class DescriptorBudget
{
    private const int LinuxNoFile = 7;

    /// <summary>
    /// Raises the limit to what is wanted, the hard one too where this process may; returns what it is afterwards.
    /// </summary>
    public static long Raise(long wanted)
    {
        if (!OperatingSystem.IsLinux() || GetLimit(LinuxNoFile, out Limit limit) != 0)
        {
            return 0;
        }

        if (limit.Soft >= (ulong)wanted)
        {
            return (long)limit.Soft;
        }

        Limit higher = new() { Soft = (ulong)wanted, Hard = Math.Max(limit.Hard, (ulong)wanted) };
        if (SetLimit(LinuxNoFile, higher) != 0)
        {
            // Without CAP_SYS_RESOURCE, which root too may lack: the hard limit stays, the soft one may reach it.
            _ = SetLimit(LinuxNoFile, limit with { Soft = Math.Min(limit.Hard, (ulong)wanted) });
        }

        return GetLimit(LinuxNoFile, out limit) == 0 ? (long)Math.Min(limit.Soft, long.MaxValue) : 0;
    }

    // SAFETY: rlim_t is 64 bits wide on every 64-bit Linux, and the struct is two of them.
    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static partial int GetLimit(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, in Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private record struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
