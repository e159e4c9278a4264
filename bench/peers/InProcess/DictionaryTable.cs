using System.Runtime.InteropServices;

namespace FastStream.Peers.InProcess;

/// <summary>What most users write: a dictionary and a reference to its value.</summary>
internal sealed class DictionaryTable : IWindowTable
{
    private readonly Dictionary<ulong, WindowCell> _cells = [];

    public void Add(ReadOnlySpan<ulong> keys, ReadOnlySpan<double> values)
    {
        for (int i = 0; i < keys.Length; i++)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_cells, keys[i], out _).Add(values[i]);
        }
    }

    public void Close(List<WindowRow> rows)
    {
        foreach ((ulong key, WindowCell cell) in _cells)
        {
            rows.Add(new WindowRow(key, cell));
        }

        _cells.Clear();
    }
}
