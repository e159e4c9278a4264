using System.Runtime.InteropServices;
using FastStream.Engine.Results;

namespace FastStream.Simulation.Checks;

/// <summary>Every result that has left as durable, over all lives of the engine: none comes again with other content.</summary>
internal sealed class ResultsHistory
{
    private readonly Dictionary<(string Stream, string View, int Life, long StartNs, int Revision, ulong Key), ulong> _left = [];

    /// <summary>Results so far.</summary>
    public int Count => _left.Count;

    /// <summary>Rows have left; a view that was dropped and added again is another one.</summary>
    public void Leave(in WindowRows rows, int life)
    {
        for (int row = 0; row < rows.Keys.Length; row++)
        {
            ulong hash = (ulong)rows.Counts[row];
            for (int value = 0; value < rows.ValueNames.Length; value++)
            {
                hash = (hash * 0x9E37_79B9_7F4A_7C15) ^ BitConverter.DoubleToUInt64Bits(rows.Values(value)[row]);
            }

            var identity = (rows.Stream, rows.View, life, rows.StartNs, rows.Revision, rows.Keys[row]);
            ref ulong left = ref CollectionsMarshal.GetValueRefOrAddDefault(_left, identity, out bool exists);
            if (exists && left != hash)
            {
                throw new SimulationFailure($"window {rows.StartNs} of {rows.View}, key {rows.Keys[row]}, left before with other content");
            }

            left = hash;
        }
    }
}
