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

    /// <summary>The number with the system's words for it.</summary>
    internal static string Describe(int error) => $"{new Win32Exception(error).Message} (error {error})";

    /// <summary>The number inside an exception of System.IO; never 0.</summary>
    internal static int Of(IOException exception)
    {
        int code = exception.HResult & 0xFFFF;
        return code == 0 ? LibC.EIO : code;
    }
}
