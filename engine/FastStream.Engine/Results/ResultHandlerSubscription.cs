using System.Diagnostics.CodeAnalysis;

namespace FastStream.Engine.Results;

/// <summary>Calls a handler with closed windows in place, on the results thread, until disposed or it throws.</summary>
internal sealed class ResultHandlerSubscription(
    ResultsView view, ResultLevel level, WindowRowsHandler handler, Action<Exception>? onFault, ResultsGate gate)
    : IDisposable
{
    internal ResultsView View { get; } = view;

    internal ResultLevel Level { get; } = level;

    /// <inheritdoc/>
    public void Dispose() => gate.Remove(this);

    /// <summary>Results thread: false when the handler threw; it is taken off then.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "whatever a user's handler throws must not stop results")]
    internal bool TryCall(ResultEntry entry)
    {
        try
        {
            handler(new WindowRows(View, entry, Level));
            return true;
        }
        catch (Exception exception)
        {
            Dispose();
            onFault?.Invoke(exception);
            return false;
        }
    }
}
