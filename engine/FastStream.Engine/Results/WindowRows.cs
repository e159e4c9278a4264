namespace FastStream.Engine.Results;

/// <summary>
/// Rows of one closed window, in place, for the time of a handler's call: copy what must live longer. A window of
/// many keys comes in several pieces of at most 512 rows.
/// </summary>
public readonly ref struct WindowRows
{
    private readonly ResultsView _view;
    private readonly ResultEntry _entry;

    internal WindowRows(ResultsView view, ResultEntry entry, ResultLevel level)
    {
        _view = view;
        _entry = entry;
        Level = level;
    }

    /// <summary>The stream.</summary>
    public string Stream => _view.Stream.Name;

    /// <summary>The view.</summary>
    public string View => _view.View.Name;

    /// <summary>First nanosecond of the window since the Unix epoch.</summary>
    public long StartNs => _entry.Window.StartNs;

    /// <summary>First nanosecond after the window.</summary>
    public long EndNs => _entry.Window.EndNs;

    /// <summary>0 for the first result of a window.</summary>
    public int Revision => _entry.Window.Revision;

    /// <summary>Journal address of the entry that closed the window.</summary>
    internal long CauseAddress => _entry.Window.CauseAddress;

    /// <summary>Whether this is the window's first piece.</summary>
    public bool IsFirst => _entry.IsFirst;

    /// <summary>Whether this is the window's last piece.</summary>
    public bool IsLast => _entry.IsLast;

    /// <summary>What the rows had survived when they were handed out.</summary>
    public ResultLevel Level { get; }

    /// <summary>The place after the last row; default at level applied, where it is not known yet.</summary>
    public ResultPosition Position =>
        Level == ResultLevel.Durable ? new ResultPosition(_entry.Address, _entry.RowCount) : default;

    /// <summary>Names of the values, such as <c>mean(delay)</c>, in their order.</summary>
    public ReadOnlySpan<string> ValueNames => _view.ValueNames.AsSpan();

    /// <summary>Keys; of a text stream their numbers, see <see cref="KeyText"/>. 0 in a view over all.</summary>
    public ReadOnlySpan<ulong> Keys => _entry.Keys;

    /// <summary>Records of each row.</summary>
    public ReadOnlySpan<long> Counts => _entry.Counts;

    /// <summary>One value of all rows, by its index in <see cref="ValueNames"/>; NaN = absent.</summary>
    public ReadOnlySpan<double> Values(int value) => _entry.Values(value);

    /// <summary>The name of a row's key; null when keys are numbers or the view is over all.</summary>
    public string? KeyText(int row) => _view.KeyTextOf(_entry.Keys[row]);
}
