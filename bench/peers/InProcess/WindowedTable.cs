using FastStream.Peers.Running;

namespace FastStream.Peers.InProcess;

/// <summary>
/// A table under the clock of event time: batches come in time order, a window closes when a batch lies behind its
/// end. One look at a batch's first and last time, as a careful user hoists it. One thread.
/// </summary>
internal sealed class WindowedTable(IWindowTable table, PreparedRecords records)
{
    private const int RecordsPerKey = 16; // in a window, at least: else closing it would be most of the work
    private readonly List<WindowRow> _rows = [];
    private readonly long _windowNs = PreparedRecords.PassNs * Math.Max(1, (long)RecordsPerKey * records.KeyCount / records.Keys.Length);
    private long _windowStartNs = PreparedRecords.FirstNs;

    public long ClosedCount { get; private set; }

    /// <summary>Of all rows that closed windows handed out.</summary>
    public KeyTotal Emitted { get; private set; }

    /// <summary>Adds a batch; its times are those of this pass once a second is added for each pass before.</summary>
    public void Add(ReadOnlySpan<ulong> keys, ReadOnlySpan<long> times, ReadOnlySpan<double> values, long pass)
    {
        long openEndNs = _windowStartNs + _windowNs - (pass * PreparedRecords.PassNs);
        if (times[^1] >= openEndNs)
        {
            if (times[0] < openEndNs)
            {
                throw new NotSupportedException("A batch lies in one window.");
            }

            Close();
            _windowStartNs += _windowNs;
        }

        table.Add(keys, values);
    }

    /// <summary>Adds a prepared batch.</summary>
    public void Add(int batch, long pass) => Add(records.KeysOf(batch), records.TimesOf(batch), records.ValuesOf(batch), pass);

    /// <summary>Closes the open window and gives its rows, which are overwritten by the next.</summary>
    public IReadOnlyList<WindowRow> Close()
    {
        _rows.Clear();
        table.Close(_rows);
        KeyTotal emitted = Emitted;
        foreach (WindowRow row in _rows)
        {
            emitted = new KeyTotal(emitted.Count + row.Cell.Count, emitted.Sum + row.Cell.Sum);
        }

        Emitted = emitted;
        ClosedCount++;
        return _rows;
    }
}
