using System.Runtime.InteropServices;

namespace FastStream.Engine.Ingress.Tcp;

/// <summary>How many files and sockets the system lets this process have open.</summary>
internal static partial class DescriptorLimit
{
    private const int LinuxNoFile = 7;
    private const int MacNoFile = 8;

    /// <summary>The limit, or null where there is none to speak of.</summary>
    internal static long? Read()
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        int resource = OperatingSystem.IsMacOS() ? MacNoFile : LinuxNoFile;
        if (GetLimit(resource, out Limit limit) != 0 || limit.Soft > long.MaxValue)
        {
            return null;
        }

        return (long)limit.Soft;
    }

    // SAFETY: rlim_t is 64 bits wide on every 64-bit Unix, and the struct is two of them.
    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static partial int GetLimit(int resource, out Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
