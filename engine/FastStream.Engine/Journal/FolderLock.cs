using System.Globalization;
using System.Text;

namespace FastStream.Engine.Journal;

/// <summary>
/// One process at a time in a data folder: an exclusively opened file that holds the owner's process id.
/// </summary>
internal sealed unsafe class FolderLock : IDisposable
{
    private const string FileName = "lock";
    private const int LongestIdBytes = 20;

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>
    /// Takes the lock, or throws naming the process that has it. The system frees it when a process dies.
    /// </summary>
    internal static FolderLock Take(string folder)
    {
        FileStream file = Open(folder, FileMode.OpenOrCreate, FileAccess.ReadWrite);
        try
        {
            file.SetLength(0);
            file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        }
        catch (IOException)
        {
            // The disk is full. The lock is taken all the same; only the next one to come is not told by whom.
        }

        return new FolderLock(file);
    }

    /// <summary>
    /// Takes the lock without writing into it; null when the folder has none, and so was never opened.
    /// </summary>
    internal static FolderLock? TakeToRead(string folder) =>
        File.Exists(Path.Combine(folder, FileName))
            ? new FolderLock(Open(folder, FileMode.Open, FileAccess.Read))
            : null;

    /// <summary>The file stays: removing it would let two processes lock two files of one name.</summary>
    public void Dispose() => _file.Dispose();

    private static FileStream Open(string folder, FileMode mode, FileAccess access)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            return new FileStream(path, mode, access, FileShare.None, bufferSize: 0);
        }
        catch (UnauthorizedAccessException)
        {
            throw new DataFolderException($"Cannot write in the data folder {folder}: give this user write access.");
        }
        catch (IOException exception)
        {
            string? owner = ReadOwner(path);
            throw owner is null
                ? new DataFolderException($"Cannot lock the data folder {folder}: {exception.Message}")
                : new DataFolderException(
                    $"The data folder {folder} is in use by process {owner}. Stop that one, or use another folder.",
                    DataFolderFault.InUse);
        }
    }

    private static string? ReadOwner(string path)
    {
        // Not through FileStream, which would ask for a lock of its own and be refused.
        using DurableFile? file = FileSystem.OfMachine.OpenToRead(path, direct: false, out _);
        byte* bytes = stackalloc byte[LongestIdBytes];
        if (file is null || file.Read(0, bytes, LongestIdBytes, out int length) != 0 || length == 0)
        {
            return null;
        }

        string text = Encoding.ASCII.GetString(bytes, length);
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? text : null;
    }
}
