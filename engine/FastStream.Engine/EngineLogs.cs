using FastStream.Engine.Journal;

namespace FastStream.Engine;

/// <summary>
/// The three logs of an engine, opened and recovered; FASTER's in the product, simulated ones in tests.
/// </summary>
internal sealed record EngineLogs(IEntryLog Journal, IEntryLog Results, IEntryLog State, IDisposable? Owner = null)
    : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Journal.Dispose();
        Results.Dispose();
        State.Dispose();
        Owner?.Dispose();
    }
}
