using FastStream.Engine.Journal;

namespace FastStream.Engine;

/// <summary>
/// The three logs of an engine, opened and recovered; FASTER's in the product, simulated ones in tests.
/// </summary>
internal sealed record EngineLogs(IEntryLog Journal, IEntryLog Results, IEntryLog State, IDisposable? Owner = null)
    : IDisposable
{
    /// <summary>The fault of one that has failed; null while none has.</summary>
    public LogFault? Fault => Journal.Fault ?? Results.Fault ?? State.Fault;

    /// <summary>
    /// Logs of an engine that keeps nothing: only results can be read back, as far as retention keeps them.
    /// </summary>
    public static EngineLogs InMemory(IngestionEngineOptions options)
    {
        int journalPayloadBytes = options.Logs.JournalPageBytes / 4;
        return new EngineLogs(
            new MemoryLog("journal", journalPayloadBytes, forgets: true),
            new MemoryLog("results", EntryLogSettings.Small.PageBytes / 4, forgets: false),
            new MemoryLog("state", EntryLogSettings.Small.PageBytes / 4, forgets: true));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Journal.Dispose();
        Results.Dispose();
        State.Dispose();
        Owner?.Dispose();
    }
}
