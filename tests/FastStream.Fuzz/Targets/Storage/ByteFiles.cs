using FastStream.Engine.Journal;

namespace FastStream.Fuzz.Targets.Storage;

/// <summary>Files that are bytes in memory, for reading only: what recovery sees without a system call.</summary>
internal sealed class ByteFiles : FileSystem
{
    private readonly Dictionary<string, (byte[] Bytes, int Length)> _files = new(StringComparer.Ordinal);

    /// <summary>Sets what a file holds, in place of what it held.</summary>
    public void Set(string path, ReadOnlySpan<byte> content)
    {
        byte[] bytes = _files.TryGetValue(path, out (byte[] Bytes, int Length) file) && file.Bytes.Length >= content.Length
            ? file.Bytes
            : new byte[content.Length];
        content.CopyTo(bytes);
        _files[path] = (bytes, content.Length);
    }

    internal override DurableFile? Open(string path, bool direct, out int error) => throw new NotSupportedException(path);

    internal override DurableFile? OpenToRead(string path, bool direct, out int error)
    {
        const int NoSuchFile = 2;
        bool isThere = _files.TryGetValue(path, out (byte[] Bytes, int Length) file);
        error = isThere ? 0 : NoSuchFile;
        return isThere ? new ByteFile(path, file.Bytes, file.Length) : null;
    }

    internal override bool FileExists(string path) => _files.ContainsKey(path);

    internal override bool DirectoryExists(string path) => true;

    internal override IReadOnlyList<string> FilesIn(string directory) =>
        [.. _files.Keys.Where(path => Path.GetDirectoryName(path) == directory).Select(path => Path.GetFileName(path))];

    internal override int CreateDirectory(string path) => throw new NotSupportedException(path);

    internal override int DeleteDirectory(string path) => throw new NotSupportedException(path);

    internal override int Rename(string from, string to) => throw new NotSupportedException(from);

    internal override int Delete(string path) => throw new NotSupportedException(path);

    internal override IDisposable Lock(string folder) => throw new NotSupportedException(folder);

    internal override string? VolatileKind(string directory) => null;

    protected override int FlushNames(string directory) => throw new NotSupportedException(directory);
}
