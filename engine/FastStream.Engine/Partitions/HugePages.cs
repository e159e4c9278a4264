using System.Runtime.InteropServices;

namespace FastStream.Engine.Partitions;

/// <summary>
/// Asks the system to back memory by pages of 2 MiB, where it offers that (Linux, unless it is switched off): a table
/// of some megabytes read at random places waits for the translation of addresses more than for memory itself.
/// </summary>
internal static unsafe partial class HugePages
{
    /// <summary>Log2 of the bytes of a page.</summary>
    public const int Log2Bytes = 21;

    private const int AdviseHugePage = 14; // MADV_HUGEPAGE

    /// <summary>Asks for memory that begins at a huge page; a refusal changes nothing but speed.</summary>
    public static void AskFor(void* memory, nuint bytes)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Advise(memory, bytes, AdviseHugePage);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* memory, nuint bytes, int advice);
}
