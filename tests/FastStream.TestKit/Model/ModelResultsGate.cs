namespace FastStream.TestKit.Model;

/// <summary>
/// The state machine of the results gate: a row leaves once, and only when the journal is durable up to its cause;
/// a row that comes again (after a recovery) must be the one that left.
/// </summary>
internal sealed class ModelResultsGate
{
    private readonly Dictionary<(string, string, long, ModelKey, int), string> _left = [];
    private readonly List<ModelWindowRow> _order = [];

    /// <summary>Rows that have left, in their order.</summary>
    public IReadOnlyList<ModelWindowRow> Left => _order;

    /// <summary>Lets out what is durable and has not left yet.</summary>
    public void Release(IEnumerable<ModelWindowRow> closedRows, long durableThrough)
    {
        foreach (ModelWindowRow row in closedRows.Where(row => row.CauseAddress <= durableThrough))
        {
            string content = ModelDump.Line(row);
            if (_left.TryAdd(row.Identity, content))
            {
                _order.Add(row);
            }
            else if (_left[row.Identity] != content)
            {
                throw new InvalidOperationException($"left as {_left[row.Identity]}, comes again as {content}");
            }
        }
    }
}
