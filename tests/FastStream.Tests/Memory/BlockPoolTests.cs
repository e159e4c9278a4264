using FastStream.Engine.Memory;
using FastStream.Tests.Allocation;

namespace FastStream.Tests.Memory;

public sealed unsafe class BlockPoolTests
{
    [Theory]
    [InlineData(1, 4096)]
    [InlineData(4096, 4096)]
    [InlineData(4097, 65536)]
    [InlineData(600_000, 2 << 20)]
    [InlineData((32 << 20) + 1, 128 << 20)]
    public void ABlockIsAlignedAndAtLeastAsLargeAsAsked(int bytes, int expectedCapacity)
    {
        BlockPool pool = new(256L << 20);
        using BlockLease lease = pool.Rent(bytes, BlockPurpose.Frame);

        Assert.Equal(expectedCapacity, lease.CapacityBytes);
        Assert.Equal(expectedCapacity, BlockPool.CapacityFor(bytes));
        Assert.Equal(0ul, (ulong)lease.Pointer % Block.AlignmentBytes);
        Assert.Equal(expectedCapacity, lease.Span.Length);
        lease.Span[^1] = 7;
        Assert.Equal(7, lease.Pointer[expectedCapacity - 1]);
        Assert.Equal(7, lease.Memory.Span[expectedCapacity - 1]);
    }

    [Fact]
    public void TheBoundRefusesAndGivesBackWhatWasReturned()
    {
        BlockPool pool = new(2 * 65536);
        Assert.True(pool.TryRent(65536, BlockPurpose.Receive, out BlockLease first));
        Assert.True(pool.TryRent(65536, BlockPurpose.Receive, out BlockLease second));
        Assert.False(pool.TryRent(1, BlockPurpose.Receive, out BlockLease refused));
        Assert.False(refused.IsHeld);
        Assert.Equal(2 * 65536, pool.LeasedBytes);

        first.Dispose();
        Assert.True(pool.TryRent(4096, BlockPurpose.Frame, out BlockLease third));
        Assert.Equal("Receive 1, Frame 1", pool.DescribeOutstanding());
        second.Dispose();
        third.Dispose();
        Assert.Equal(0, pool.LeasedBytes);
        Assert.Equal(0, pool.OutstandingCount);
        Assert.Equal("", pool.DescribeOutstanding());
    }

    [Fact]
    public void ALeaseIsGoodForOneDisposal()
    {
        BlockPool pool = new(1 << 20);
        BlockLease lease = pool.Rent(100, BlockPurpose.Serving);
        lease.Dispose();

        Assert.Throws<InvalidOperationException>(lease.Dispose);
        Assert.Throws<InvalidOperationException>(() => lease.CapacityBytes);
        using BlockLease next = pool.Rent(100, BlockPurpose.Serving); // the same block again, in a later turn
        Assert.Throws<InvalidOperationException>(lease.Dispose);
        Assert.Throws<InvalidOperationException>(() => lease.CapacityBytes);
        Assert.Equal(4096, next.CapacityBytes);
        default(BlockLease).Dispose();
    }

    [Fact]
    public void AWarmPoolAllocatesNothing()
    {
        BlockPool pool = new(64L << 20);
        Assert.Equal(0, SteadyState.AllocatedBytes(() =>
        {
            for (int index = 0; index < 10_000; index++)
            {
                Turn(pool);
            }
        }));

        static void Turn(BlockPool pool)
        {
            using BlockLease large = pool.Rent(300_000, BlockPurpose.Frame);
            using BlockLease small = pool.Rent(3_000, BlockPurpose.Index);
        }
    }

    [Fact]
    public void SmallFramesOfAThousandConnectionsAreKeptForTheNextOnes()
    {
        const int UnderWay = 16_000;
        BlockPool pool = new(256L << 20);
        BlockLease[] leases = new BlockLease[UnderWay];
        Assert.Equal(0, SteadyState.AllocatedBytes(() =>
        {
            for (int i = 0; i < leases.Length; i++)
            {
                leases[i] = pool.Rent(400, BlockPurpose.Frame);
            }

            foreach (BlockLease lease in leases)
            {
                lease.Dispose();
            }
        }));
    }
}
