using System.Runtime.InteropServices;

namespace FastStream.CrashLoop;

/// <summary>The calls of Linux that break things on purpose; each returns what the C library returns.</summary>
internal static partial class LinuxCalls
{
    public const int KillSignal = 9;
    public const int TerminateSignal = 15;
    public const int ContinueSignal = 18;
    public const int StopSignal = 19;

    public const int ReadOnly = 0;

    /// <summary>FS_IOC_SHUTDOWN, <c>_IOR('X', 125, __u32)</c> of linux/fs.h; the same for ext4 and xfs.</summary>
    public const uint FileSystemShutdown = 0x8004587D;

    /// <summary>Nothing that is not on the device by now ever gets there: no flush of log or data.</summary>
    public const uint WithoutLogFlush = 2;

    // SAFETY: the signatures are those of 64-bit Linux; ioctl and open are variadic in C, which on its ABIs passes the
    // third argument like any other.
    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(int descriptor, nuint request, ref uint argument);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Mount(string source, string target, string fileSystem, nuint flags, string? data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Unmount(string target, int flags);
}
