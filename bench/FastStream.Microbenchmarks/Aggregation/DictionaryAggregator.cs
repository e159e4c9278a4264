using System.Runtime.InteropServices;

namespace FastStream.Microbenchmarks.Aggregation;

/// <summary>What most users write: a dictionary and a reference to its value.</summary>
internal sealed unsafe class DictionaryAggregator : IAggregator
{
    private readonly Dictionary<ulong, MomentsCell> _cells = [];

    public void Apply(AggregateFrame frame)
    {
        frame.RequireOneWindow();
        ulong* keys = frame.Keys;
        double* values = frame.Values;
        for (int i = 0; i < Records.PerFrame; i++)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_cells, keys[i], out _).Add(values[i]);
        }
    }

    public Dictionary<ulong, AggregateRow> Close() => _cells.ToDictionary(
        cell => cell.Key,
        cell => new AggregateRow(
            cell.Value.Count, cell.Value.Sum, cell.Value.Min, cell.Value.Max, cell.Value.Variance));

    public void Dispose()
    {
    }
}
