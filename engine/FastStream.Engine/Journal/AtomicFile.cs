using System.Text;

namespace FastStream.Engine.Journal;

/// <summary>Small files that are there whole or not at all, flushed with their directory entry.</summary>
internal static unsafe class AtomicFile
{
    internal static void Write(FileSystem files, string path, string text)
    {
        string temporary = path + ".new";
        Check(files.Delete(temporary), "remove", temporary);
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        using (DurableFile file = files.Open(temporary, direct: false, out int openError)
            ?? throw Failed("create", temporary, openError))
        {
            fixed (byte* source = bytes)
            {
                int error = file.Write(0, source, bytes.Length);
                Check(error != 0 ? error : file.Flush(), "write", temporary);
            }
        }

        Check(files.Rename(temporary, path), "rename", temporary);
        Check(files.FlushDirectory(Path.GetDirectoryName(path)!), "flush the directory of", path);
    }

    /// <summary>Throws for an operation that failed.</summary>
    internal static void Check(int error, string operation, string path)
    {
        if (error != 0)
        {
            throw Failed(operation, path, error);
        }
    }

    /// <summary>The exception for a file operation that failed while opening or creating.</summary>
    internal static DataFolderException Failed(string operation, string path, int error) =>
        StorageError.IsDiskFull(error)
            ? new DataFolderException(
                $"Cannot {operation} {path}: {StorageError.Describe(error)}. Free space and start again.",
                DataFolderFault.DiskFull)
            : new DataFolderException($"Cannot {operation} {path}: {StorageError.Describe(error)}.");
}
