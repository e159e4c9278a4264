namespace FastStream.CrashLoop;

/// <summary>A file that takes space until it is disposed.</summary>
internal sealed class Ballast : IDisposable
{
    private readonly string _path;

    public Ballast(string path, long bytes)
    {
        _path = path;
        using FileStream file = new(
            path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, PreallocationSize = bytes });
    }

    public void Dispose() => File.Delete(_path);
}
