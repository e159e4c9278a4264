using System.Runtime.InteropServices;

namespace FastStream.Engine.Journal;

/// <summary>Finds out what the file system under a folder can do, by trying.</summary>
internal static unsafe class StorageProbe
{
    private const long TmpFs = 0x01021994;
    private const long RamFs = 0x858458F6;
    private const long OverlayFs = 0x794C7630;
    private const int StatFsBytes = 512; // more than any Linux ABI needs

    /// <summary>
    /// Whether files here may be opened with O_DIRECT: one block is written, flushed and read back. Only "invalid
    /// argument", from opening or from writing, means no; a full disk says nothing about it.
    /// </summary>
    internal static bool SupportsDirect(FileSystem files, string directory)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        string path = Path.Combine(directory, "probe");
        byte* block = (byte*)NativeMemory.AlignedAlloc(DurableFile.BlockBytes, DurableFile.BlockBytes);
        try
        {
            using DurableFile? file = files.Open(path, direct: true, out int error);
            if (file is null)
            {
                return error != LibC.EINVAL;
            }

            new Span<byte>(block, DurableFile.BlockBytes).Fill(0xA5);
            error = file.Write(0, block, DurableFile.BlockBytes);
            error = error != 0 ? error : file.Flush();
            new Span<byte>(block, DurableFile.BlockBytes).Clear();
            error = error != 0 ? error : file.Read(0, block, DurableFile.BlockBytes, out _);
            return error != LibC.EINVAL
                && (error != 0 || !new Span<byte>(block, DurableFile.BlockBytes).ContainsAnyExcept((byte)0xA5));
        }
        finally
        {
            NativeMemory.AlignedFree(block);
            _ = files.Delete(path);
        }
    }

    /// <summary>The name of the file system if it forgets everything at power-off, else null.</summary>
    internal static string? VolatileFileSystem(string directory)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        long kind = KindOf(directory);
        string path = Path.GetFullPath(directory);
        if (kind == OverlayFs && UpperDirectoryOf(path) is string upper && Directory.Exists(upper))
        {
            kind = KindOf(upper); // what is written to an overlay lands in its upper directory
        }

        return kind switch
        {
            TmpFs => "tmpfs",
            RamFs => "ramfs",
            _ => null,
        };
    }

    private static long KindOf(string directory)
    {
        byte* result = stackalloc byte[StatFsBytes];

        // SAFETY: f_type is the first member of struct statfs, a long, on every 64-bit Linux ABI.
        return LibC.StatFs(directory, result) == 0 ? *(long*)result & 0xFFFFFFFF : 0;
    }

    /// <summary>The upperdir option of the mount that holds a path, from /proc/self/mountinfo.</summary>
    private static string? UpperDirectoryOf(string path)
    {
        const string Option = "upperdir=";
        string? upper = null;
        int longest = -1;
        try
        {
            foreach (string line in File.ReadLines("/proc/self/mountinfo"))
            {
                string[] parts = line.Split(' ');
                string mountPoint = parts.Length > 4 ? parts[4] : "";
                bool holds = mountPoint == "/" || path == mountPoint
                    || path.StartsWith(mountPoint + "/", StringComparison.Ordinal);
                if (holds && mountPoint.Length > longest)
                {
                    longest = mountPoint.Length;
                    upper = Array.Find(parts[^1].Split(','), o => o.StartsWith(Option, StringComparison.Ordinal));
                }
            }
        }
        catch (IOException)
        {
            return null; // no /proc: nothing more can be known
        }

        return upper?[Option.Length..];
    }
}
