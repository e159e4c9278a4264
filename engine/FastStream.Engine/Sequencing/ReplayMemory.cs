using FastStream.Engine.Memory;

namespace FastStream.Engine.Sequencing;

/// <summary>
/// Blocks for replayed frames, within the pool's bound: a replay reads faster than partitions apply, and a ring full
/// of large frames would be gigabytes.
/// </summary>
/// <remarks>
/// Owner: the replaying thread. It waits for its own earlier frames only, which partitions and delivery give back
/// whatever it does next; so it cannot wait for ever, unless one of them has stopped: then there is a fault.
/// </remarks>
/// <param name="blocks">The engine's pool.</param>
/// <param name="isFaulted">Any thread of the engine has met a fault: frames may never come back.</param>
internal sealed class ReplayMemory(BlockPool blocks, Func<bool> isFaulted)
{
    /// <summary>Leases a block; waits while the bound would be passed and an earlier frame is still out.</summary>
    public BlockLease Rent(int bytes)
    {
        SpinWait pause = default; // growing to a millisecond
        BlockLease lease;
        while (!blocks.TryRent(bytes, BlockPurpose.Replay, out lease))
        {
            // A frame that came when the bound was higher goes through alone. After a fault the ring says what it is.
            if (blocks.OutstandingOf(BlockPurpose.Replay) == 0 || isFaulted())
            {
                return blocks.Rent(bytes, BlockPurpose.Replay);
            }

            pause.SpinOnce();
        }

        return lease;
    }
}
