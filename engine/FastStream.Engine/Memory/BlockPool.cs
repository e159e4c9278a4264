using System.Diagnostics.CodeAnalysis;

namespace FastStream.Engine.Memory;

/// <summary>
/// Pinned blocks in a few size classes, bounded in all. Safe for all threads; renting and returning allocate nothing
/// once a class is warm.
/// </summary>
/// <remarks>
/// Bound: the sum of the capacities of leased blocks never passes <see cref="LimitBytes"/> by <see cref="TryRent"/>;
/// it is claimed before a block is taken and given back after the block has been returned, so the bound holds at
/// every moment. Idle blocks are kept up to <see cref="RetainedBytesPerClass"/> a class
/// (<see cref="RetainedSmallBytes"/> of the smallest) and a quarter of the bound; the rest goes to the garbage
/// collector.
/// </remarks>
internal sealed class BlockPool
{
    /// <summary>Idle memory kept per size class: enough for the frames in flight of a few fast connections.</summary>
    internal const int RetainedBytesPerClass = 32 << 20;

    /// <summary>
    /// The same for the smallest class: a thousand connections with sixteen small frames under way each. What is not
    /// kept is allocated anew, and memory of the pinned heap is collected with everything else only.
    /// </summary>
    internal const int RetainedSmallBytes = 64 << 20;

    private const int KiB = 1024;
    private const int MiB = 1024 * KiB;

    private static readonly int[] s_classBytes =
        [4 * KiB, 64 * KiB, 512 * KiB, 2 * MiB, 8 * MiB, 32 * MiB, 128 * MiB];

    private static readonly int s_purposeCount = Enum.GetValues<BlockPurpose>().Length;

    private readonly RecentPool<Block>[] _classes;
    private readonly PaddedLong[] _outstanding = new PaddedLong[s_purposeCount]; // by Interlocked, any thread
    private PaddedLong _leasedBytes; // by Interlocked, any thread

    internal BlockPool(long limitBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limitBytes, s_classBytes[0]);
        LimitBytes = limitBytes;
        _classes = new RecentPool<Block>[s_classBytes.Length];
        for (int index = 0; index < _classes.Length; index++)
        {
            long mostBytes = index == 0 ? RetainedSmallBytes : RetainedBytesPerClass;
            long retainedBytes = Math.Min(mostBytes, limitBytes / 4); // a small pool keeps little for later
            int retainedCount = (int)Math.Max(1, retainedBytes / s_classBytes[index]);
            int sizeClass = index;
            _classes[index] = new RecentPool<Block>(() => new Block(s_classBytes[sizeClass], sizeClass), retainedCount);
        }
    }

    internal long LimitBytes { get; }

    /// <summary>Sum of the capacities of all leased blocks now.</summary>
    internal long LeasedBytes => Volatile.Read(ref _leasedBytes.Value); // partner: the Interlocked.Add below

    /// <summary>Leases not yet disposed, in all.</summary>
    internal long OutstandingCount
    {
        get
        {
            long count = 0;
            for (int index = 0; index < _outstanding.Length; index++)
            {
                count += Volatile.Read(ref _outstanding[index].Value); // partner: Interlocked in Lease and Return
            }

            return count;
        }
    }

    /// <summary>The capacity that a request of so many bytes is given.</summary>
    internal static int CapacityFor(int bytes)
    {
        int sizeClass = ClassFor(bytes);
        return sizeClass < 0 ? bytes : s_classBytes[sizeClass];
    }

    /// <summary>Leases not yet disposed for one purpose.</summary>
    internal long OutstandingOf(BlockPurpose purpose) =>
        Volatile.Read(ref _outstanding[(int)purpose].Value); // partner: Interlocked in Lease and Return

    /// <summary>
    /// Leases at least <paramref name="bytes"/>; false (and no lease) when the bound would be passed. The caller, or
    /// whoever it hands the lease to, must dispose it once.
    /// </summary>
    internal bool TryRent(int bytes, BlockPurpose purpose, out BlockLease lease)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        int sizeClass = ClassFor(bytes);
        int capacityBytes = sizeClass < 0 ? bytes : s_classBytes[sizeClass];
        long leased = Interlocked.Add(ref _leasedBytes.Value, capacityBytes); // partner: Return
        if (leased > LimitBytes)
        {
            Interlocked.Add(ref _leasedBytes.Value, -capacityBytes); // partner: other renters
            lease = default;
            return false;
        }

        lease = Lease(sizeClass, capacityBytes, purpose);
        return true;
    }

    /// <summary>Leases without regard to the bound (still counted in it): for work that frees memory.</summary>
    internal BlockLease Rent(int bytes, BlockPurpose purpose)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        int sizeClass = ClassFor(bytes);
        int capacityBytes = sizeClass < 0 ? bytes : s_classBytes[sizeClass];
        Interlocked.Add(ref _leasedBytes.Value, capacityBytes); // partner: Return
        return Lease(sizeClass, capacityBytes, purpose);
    }

    /// <summary>One line naming purpose and count of what is leased now; empty when nothing is.</summary>
    internal string DescribeOutstanding()
    {
        List<string> parts = [];
        foreach (BlockPurpose purpose in Enum.GetValues<BlockPurpose>())
        {
            if (OutstandingOf(purpose) != 0)
            {
                parts.Add($"{purpose} {OutstandingOf(purpose)}");
            }
        }

        return string.Join(", ", parts);
    }

    internal void Return(Block block, int turn)
    {
        // Partner: a second disposal of the same lease, on whatever thread; one of the two finds another turn.
        if (Interlocked.CompareExchange(ref block.Turn, turn + 1, turn) != turn)
        {
            ThrowReturnedTwice(block);
        }

        Interlocked.Decrement(ref _outstanding[(int)block.Purpose].Value); // partner: Lease
        int capacityBytes = block.CapacityBytes;
        if (block.SizeClass >= 0)
        {
            _classes[block.SizeClass].Return(block);
        }

        Interlocked.Add(ref _leasedBytes.Value, -capacityBytes); // partner: TryRent; last, so that the bound holds
    }

    private BlockLease Lease(int sizeClass, int capacityBytes, BlockPurpose purpose)
    {
        Block block;
        try
        {
            block = sizeClass < 0 ? new Block(capacityBytes, -1) : _classes[sizeClass].Get();
        }
        catch (OutOfMemoryException)
        {
            Interlocked.Add(ref _leasedBytes.Value, -capacityBytes); // partner: TryRent
            throw;
        }

        block.Purpose = purpose;
        Interlocked.Increment(ref _outstanding[(int)purpose].Value); // partner: Return
        int turn = block.Turn + 1; // nobody else has the block: an old lease finds another turn either way
        Volatile.Write(ref block.Turn, turn); // partner: the compare-and-swap in Return
        return new BlockLease(this, block, turn);
    }

    private static int ClassFor(int bytes)
    {
        for (int index = 0; index < s_classBytes.Length; index++)
        {
            if (bytes <= s_classBytes[index])
            {
                return index;
            }
        }

        return -1;
    }

    [DoesNotReturn]
    private static void ThrowReturnedTwice(Block block) =>
        throw new InvalidOperationException($"A block lease for {block.Purpose} was disposed twice.");
}
