namespace FastStream.TestKit.Model;

/// <summary>
/// The state machine of window and pane. A window is open from its first record until
/// end + lateness &lt;= watermark, looked at after every entry; closed ones keep their rows and take nothing more.
/// </summary>
internal sealed class ModelView(
    string stream, ModelViewDefinition definition, int fieldCount, long firstWindowStartNs)
{
    private readonly SortedDictionary<long, SortedDictionary<ModelKey, ModelCell>> _open = [];

    /// <summary>What the view computes.</summary>
    public ModelViewDefinition Definition { get; } = definition;

    /// <summary>Fates of its records.</summary>
    public ModelViewCounters Counters { get; private init; } = new();

    /// <summary>Rows of the open windows by window, then key.</summary>
    public IEnumerable<ModelWindowRow> OpenRows =>
        from window in _open
        from cell in window.Value
        select new ModelWindowRow(stream, Definition, window.Key, cell.Key, cell.Value);

    /// <summary>
    /// Judges one prepared record: filter, then its own source's progress, then the windows that were closed before
    /// the entry. True when the record is late in any way.
    /// </summary>
    public bool Take(ModelKey key, ModelRecord record, long progressBeforeNs, long watermarkBeforeNs, bool wasSetAside)
    {
        Counters.Prepared++;
        long start = Definition.WindowStart(record.TimeNs);
        if (!Definition.Filter(record) || start < firstWindowStartNs)
        {
            Counters.Filtered++;
            return false;
        }

        long closesAtNs = start + Definition.SizeNs + Definition.LatenessNs;
        if (closesAtNs <= progressBeforeNs)
        {
            Counters.Late++;
            return true;
        }

        if (closesAtNs <= watermarkBeforeNs)
        {
            Counters.LateAfterIdle += wasSetAside ? 1 : 0;
            Counters.LateOnJoin += wasSetAside ? 0 : 1;
            return true;
        }

        Counters.Applied++;
        CellOf(start, Definition.ByKey ? key : ModelKey.All).Add(record);
        return false;
    }

    /// <summary>Closes what the watermark has passed: rows by window start, then key.</summary>
    public IReadOnlyList<ModelWindowRow> Close(long watermarkNs, long causeAddress)
    {
        List<ModelWindowRow> rows = [];
        foreach (long start in _open.Keys.ToList())
        {
            if (start + Definition.SizeNs + Definition.LatenessNs <= watermarkNs)
            {
                rows.AddRange(_open[start].Select(cell =>
                    new ModelWindowRow(stream, Definition, start, cell.Key, cell.Value)
                    {
                        CauseAddress = causeAddress,
                    }));
                _open.Remove(start);
            }
        }

        return rows;
    }

    /// <summary>A copy that shares nothing.</summary>
    public ModelView Clone()
    {
        ModelView copy = new(stream, Definition, fieldCount, firstWindowStartNs) { Counters = Counters with { } };
        foreach ((long start, SortedDictionary<ModelKey, ModelCell> cells) in _open)
        {
            copy._open.Add(start, new(cells.ToDictionary(cell => cell.Key, cell => cell.Value.Clone())));
        }

        return copy;
    }

    private ModelCell CellOf(long start, ModelKey key)
    {
        if (!_open.TryGetValue(start, out SortedDictionary<ModelKey, ModelCell>? cells))
        {
            cells = [];
            _open.Add(start, cells);
        }

        if (!cells.TryGetValue(key, out ModelCell? cell))
        {
            cell = new ModelCell(fieldCount);
            cells.Add(key, cell);
        }

        return cell;
    }
}
