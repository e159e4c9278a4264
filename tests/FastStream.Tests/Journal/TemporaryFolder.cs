namespace FastStream.Tests.Journal;

/// <summary>A folder of the test's own, gone when the test is.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal TemporaryFolder() =>
        Path = Directory.CreateTempSubdirectory("faststream-test-").FullName;

    internal string Path { get; }

    internal string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
