using System.Runtime.InteropServices;

namespace FastStream.Peers.Running;

/// <summary>Bare calls: a ceiling has nothing between itself and the kernel.</summary>
internal static unsafe partial class LibC
{
    public const int EINTR = 4;
    public const int EAGAIN = 11;

    public const int ReadWriteCreate = 0x80042; // O_RDWR | O_CREAT | O_CLOEXEC
    public const int Append = 0x400;
    public const int OwnerOnly = 0x180; // 0600

    public const int DontWait = 0x40; // MSG_DONTWAIT

    public const int KillSignal = 9;
    public const int InterruptSignal = 2;
    public const int TerminateSignal = 15;

    private const int SetParentDeathSignal = 1; // PR_SET_PDEATHSIG

    /// <summary>O_DIRECT has another number on ARM than everywhere else.</summary>
    public static int Direct => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x10000 : 0x4000;

    public static bool IsRoot => OperatingSystem.IsLinux() && EffectiveUser() == 0;

    /// <summary>Ends this process when the thread that started it ends.</summary>
    public static void DieWithParent() => _ = ProcessControl(SetParentDeathSignal, KillSignal);

    /// <summary>The message for the call that has just failed.</summary>
    public static IOException Failed(string what) => new($"{what}: {Marshal.GetLastPInvokeErrorMessage()}");

    // SAFETY: the signatures are those of 64-bit Linux; off_t is 64 bits there. open and prctl are variadic in C, which
    // on its ABIs passes what follows like any other argument.
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, byte* source, nuint bytes);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    public static partial nint WriteAt(int descriptor, byte* source, nuint bytes, long offset);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    public static partial nint ReadAt(int descriptor, byte* destination, nuint bytes, long offset);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    public static partial int FlushData(int descriptor);

    /// <summary>Returns the error number itself, not -1.</summary>
    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    public static partial int Allocate(int descriptor, long offset, long bytes);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int socket, byte* destination, nuint bytes, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int socket, byte* source, nuint bytes, int flags);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int ProcessControl(int option, nuint argument);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
