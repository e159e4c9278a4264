using System.Diagnostics.CodeAnalysis;

namespace FastStream.Engine.Memory;

/// <summary>
/// The right to use a block, until it is disposed. Whoever holds it disposes it, once; handing it on is done by a
/// method whose name says so. Disposing twice, or using it afterwards, is a broken invariant and throws.
/// </summary>
[SuppressMessage("Performance", "CA1815", Justification = "leases are never compared")]
internal readonly unsafe struct BlockLease : IDisposable
{
    private readonly BlockPool? _pool;
    private readonly Block? _block;
    private readonly int _turn;

    internal BlockLease(BlockPool pool, Block block, int turn)
    {
        _pool = pool;
        _block = block;
        _turn = turn;
    }

    /// <summary>Whether this is a lease at all (default is none). Says nothing about whether it was disposed.</summary>
    internal bool IsHeld => _block is not null;

    internal byte* Pointer => Checked().Pointer;

    internal Span<byte> Span => Checked().Span;

    internal Memory<byte> Memory => Checked().Memory;

    internal int CapacityBytes => Checked().CapacityBytes;

    /// <summary>Gives the block back to its pool. Does nothing on a default lease.</summary>
    public void Dispose() => _pool?.Return(_block!, _turn);

    private Block Checked()
    {
        Block? block = _block;
        if (block is null || block.Turn != _turn)
        {
            ThrowNotHeld();
        }

        return block;
    }

    [DoesNotReturn]
    private static void ThrowNotHeld() =>
        throw new InvalidOperationException("This block lease is empty or was disposed before.");
}
