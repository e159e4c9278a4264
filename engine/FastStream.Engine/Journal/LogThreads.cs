namespace FastStream.Engine.Journal;

/// <summary>The threads that all logs of one data folder share. Dispose after the last log.</summary>
internal sealed class LogThreads : IDisposable
{
    internal LogIoThread Io { get; } = new();

    internal CommitLoop Commits { get; } = new();

    public void Dispose()
    {
        Commits.Dispose();
        Io.Dispose();
    }
}
