namespace FastStream.Engine.Sequencing;

/// <summary>
/// The smallest of many changing values: a complete binary tree over an array, each inner node the smaller of its
/// two children. The root is the answer.
/// </summary>
/// <remarks>
/// Cost: reading the minimum is one load; changing one of n values walks log2(n) nodes (16 steps for 50,000
/// sources) and stops as soon as a node does not change. Memory: 16 bytes a source. Owner: the sequencer thread.
/// </remarks>
internal sealed class MinimumTree
{
    /// <summary>The value of an absent leaf: it never is the minimum of a tree that has a present one.</summary>
    public const long Absent = long.MaxValue;

    private long[] _nodes = [Absent, Absent];
    private int _leafCount = 1;

    /// <summary>The smallest present value, or <see cref="Absent"/> when there is none.</summary>
    public long Minimum => _nodes[1];

    /// <summary>Sets the value of one leaf; the tree grows as needed.</summary>
    public void Set(int leaf, long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(leaf);
        if (leaf >= _leafCount)
        {
            Grow(leaf + 1);
        }

        int node = _leafCount + leaf;
        _nodes[node] = value;
        while (node > 1)
        {
            node >>= 1;
            long smaller = Math.Min(_nodes[2 * node], _nodes[(2 * node) + 1]);
            if (_nodes[node] == smaller)
            {
                return;
            }

            _nodes[node] = smaller;
        }
    }

    private void Grow(int needed)
    {
        int leafCount = _leafCount;
        while (leafCount < needed)
        {
            leafCount *= 2;
        }

        long[] nodes = new long[2 * leafCount];
        Array.Fill(nodes, Absent);
        Array.Copy(_nodes, _leafCount, nodes, leafCount, _leafCount);
        for (int node = leafCount - 1; node >= 1; node--)
        {
            nodes[node] = Math.Min(nodes[2 * node], nodes[(2 * node) + 1]);
        }

        _nodes = nodes;
        _leafCount = leafCount;
    }
}
