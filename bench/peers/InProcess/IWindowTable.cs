namespace FastStream.Peers.InProcess;

/// <summary>The cells of the one window that is open.</summary>
internal interface IWindowTable
{
    /// <summary>Adds a batch that lies in the open window.</summary>
    void Add(ReadOnlySpan<ulong> keys, ReadOnlySpan<double> values);

    /// <summary>Hands out the window's rows and is empty after that.</summary>
    void Close(List<WindowRow> rows);
}
