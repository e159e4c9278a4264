using FastStream.Engine.Memory;

namespace FastStream.Engine.Sequencing;

/// <summary>
/// Blocks for replayed frames, within the pool's bound and <see cref="MostBytes"/>: a replay reads faster than
/// partitions apply, and a ring full of large frames would be gigabytes.
/// </summary>
/// <remarks>
/// Owner: the replaying thread. It waits for its own earlier frames only, which partitions and delivery give back
/// whatever it does next; so it cannot wait for ever, unless one of them has stopped: then there is a fault. Delivery
/// wakes the parker when it has freed slots, and with them frames.
/// </remarks>
/// <param name="blocks">The engine's pool.</param>
/// <param name="isFaulted">Any thread of the engine has met a fault: frames may never come back.</param>
/// <param name="parker">The replaying thread's.</param>
internal sealed class ReplayMemory(BlockPool blocks, Func<bool> isFaulted, Parker parker)
{
    /// <summary>
    /// What lies between the reader and the partitions at most. So the same blocks come round again; with the pool's
    /// whole bound, which is more than it retains, a replay made new ones all the time and held four times the memory.
    /// </summary>
    internal const int MostBytes = 16 << 20;

    private const int LookAgainMs = 1;

    private readonly Func<bool> _isTheOnlyOne = () =>
        blocks.OutstandingOf(BlockPurpose.Replay) == 0 || isFaulted();

    private long _leasedBefore;

    /// <summary>Leases a block; waits while the bound would be passed and an earlier frame is still out.</summary>
    public BlockLease Rent(int bytes)
    {
        BlockLease lease;
        while (blocks.LeasedBytes > MostBytes || !blocks.TryRent(bytes, BlockPurpose.Replay, out lease))
        {
            // A frame that came when the bound was higher goes through alone. After a fault the ring says what it is.
            if (_isTheOnlyOne())
            {
                return blocks.Rent(bytes, BlockPurpose.Replay);
            }

            _leasedBefore = blocks.LeasedBytes;
            parker.WaitUntil(() => blocks.LeasedBytes < _leasedBefore || _isTheOnlyOne(), LookAgainMs);
        }

        return lease;
    }
}
