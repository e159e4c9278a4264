namespace FastStream.TestKit.Model;

/// <summary>
/// The result of one (stream, view, window, key); with its revision that is its identity. The cause is the address
/// of the entry that closed the window, 0 while it is open.
/// </summary>
internal sealed record ModelWindowRow(
    string Stream, ModelViewDefinition View, long StartNs, ModelKey Key, ModelCell Cell)
{
    /// <summary>The address of the entry that closed it; 0 while open.</summary>
    public long CauseAddress { get; init; }

    /// <summary>Exclusive end.</summary>
    public long EndNs => StartNs + View.SizeNs;

    /// <summary>Identity of the result; the policy <c>drop</c> knows revision 0 only.</summary>
    public (string Stream, string View, long StartNs, ModelKey Key, int Revision) Identity =>
        (Stream, View.Name, StartNs, Key, 0);

    /// <summary>One value per aggregate of the view, in its order.</summary>
    public double[] Values() =>
        [.. View.Aggregates.Select(aggregate => aggregate.Evaluate(Cell.RecordCount, Cell.Samples(aggregate.Field)))];
}
