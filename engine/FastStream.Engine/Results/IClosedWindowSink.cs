namespace FastStream.Engine.Results;

/// <summary>
/// Takes the one sequence of closed windows. Every call may say "not now": the caller keeps its place and tries again
/// later, so a full sink holds the merger back without a queue in between.
/// </summary>
internal interface IClosedWindowSink
{
    /// <summary>Starts a window; windows come in the order of <see cref="ClosedWindow"/>.</summary>
    void BeginWindow(in ClosedWindow window, int valueCount);

    /// <summary>
    /// Takes rows in order of (slot, key), values row by row. Returns how many it took: fewer than given means that
    /// it is full. The spans are borrowed for the call.
    /// </summary>
    int AddRows(ReadOnlySpan<ulong> keys, ReadOnlySpan<long> counts, ReadOnlySpan<double> values);

    /// <summary>Ends the window.</summary>
    void EndWindow();
}
