using System.ComponentModel;

namespace FastStream.Engine.Journal;

/// <summary>Error numbers of the operating system, 0 for success.</summary>
internal static class StorageError
{
    private const int WindowsHandleDiskFull = 39;
    private const int WindowsDiskFull = 112;

    /// <summary>Whether space can help: the disk or the quota is full.</summary>
    internal static bool IsDiskFull(int error) =>
        OperatingSystem.IsWindows()
            ? error is WindowsDiskFull or WindowsHandleDiskFull
            : error is LibC.ENOSPC or LibC.EDQUOT;

    /// <summary>
    /// Whether asking for space may help later: disk or quota are full, or the process or the machine is short of
    /// descriptors or memory. Any other error means that the disk is not well.
    /// </summary>
    internal static bool IsPassing(int error) =>
        IsDiskFull(error)
        || (!OperatingSystem.IsWindows()
            && error is LibC.EAGAIN or LibC.ENOMEM or LibC.ENFILE or LibC.EMFILE);

    /// <summary>The number with the system's words for it.</summary>
    internal static string Describe(int error) => $"{new Win32Exception(error).Message} (error {error})";

    /// <summary>The number inside an exception of System.IO; never 0.</summary>
    internal static int Of(IOException exception)
    {
        int code = exception.HResult & 0xFFFF;
        return code == 0 ? LibC.EIO : code;
    }
}
