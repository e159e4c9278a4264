using System.Runtime.InteropServices;

namespace FastStream.Engine.Partitions;

/// <summary>
/// Keeps the calling thread on one core, where the system offers that (Linux); elsewhere does nothing.
/// </summary>
internal static unsafe partial class CorePinning
{
    private const int MaskBytes = 128; // 1,024 cores, the size of glibc's cpu_set_t

    /// <summary>False when the system would not.</summary>
    public static bool TryPin(int core)
    {
        if (!OperatingSystem.IsLinux() || core >= Environment.ProcessorCount)
        {
            return false;
        }

        byte* mask = stackalloc byte[MaskBytes];
        new Span<byte>(mask, MaskBytes).Clear();
        mask[core / 8] = (byte)(1 << (core % 8));
        return SetAffinity(0, MaskBytes, mask) == 0; // 0 = the calling thread
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nuint bytes, byte* mask);
}
