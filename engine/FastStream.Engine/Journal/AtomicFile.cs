using System.Text;

namespace FastStream.Engine.Journal;

/// <summary>Small files that are there whole or not at all, flushed with their directory entry.</summary>
internal static unsafe class AtomicFile
{
    internal static void Write(string path, string text)
    {
        string temporary = path + ".new";
        File.Delete(temporary);
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        using (DurableFile file = DurableFile.Open(temporary, direct: false, out int openError)
            ?? throw Failed("create", temporary, openError))
        {
            fixed (byte* source = bytes)
            {
                int error = file.Write(0, source, bytes.Length);
                error = error != 0 ? error : file.Flush();
                if (error != 0)
                {
                    throw Failed("write", temporary, error);
                }
            }
        }

        File.Move(temporary, path, overwrite: true);
        int directoryError = DurableFile.FlushDirectory(Path.GetDirectoryName(path)!);
        if (directoryError != 0)
        {
            throw Failed("flush the directory of", path, directoryError);
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
