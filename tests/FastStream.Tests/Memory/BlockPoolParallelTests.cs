using FastStream.Engine.Memory;

namespace FastStream.Tests.Memory;

/// <summary>
/// Goal: however many threads rent and return, a block has one holder, the bound holds at every moment, and all comes back.
/// </summary>
public sealed class BlockPoolParallelTests
{
    private const int Threads = 4;
    private const int Turns = 20_000;
    private const long LimitBytes = 40 << 12;

    [Fact]
    public void ABlockHasOneHolderAndTheBoundHolds()
    {
        BlockPool pool = new(LimitBytes);
        int faults = 0;
        int refusals = 0;
        Thread[] threads = [.. Enumerable.Range(1, Threads).Select(number => new Thread(() => Play(pool, number, ref faults, ref refusals)))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(0, faults);
        Assert.Equal(0, pool.OutstandingCount);
        Assert.Equal(0, pool.LeasedBytes);
        Assert.True(refusals > 0, "the bound was never met: the test shows nothing of it");
    }

    [Fact]
    public void OfManyDisposalsOfOneLeaseExactlyOneSucceeds()
    {
        BlockPool pool = new(LimitBytes);
        for (int round = 0; round < 500; round++)
        {
            BlockLease lease = pool.Rent(100, BlockPurpose.Frame);
            int succeeded = 0;
            Parallel.For(0, Threads, _ =>
            {
                try
                {
                    lease.Dispose();
                    Interlocked.Increment(ref succeeded);
                }
                catch (InvalidOperationException)
                {
                    // Somebody else was faster.
                }
            });
            Assert.Equal(1, succeeded);
        }

        Assert.Equal(0, pool.OutstandingCount);
        Assert.Equal(0, pool.LeasedBytes);
    }

    private static void Play(BlockPool pool, int number, ref int faults, ref int refusals)
    {
        Random random = new(number);
        Queue<BlockLease> held = [];
        for (int turn = 0; turn < Turns; turn++)
        {
            if (random.Next(3) > 0)
            {
                if (pool.TryRent(random.Next(2) == 0 ? 4096 : 65_536, BlockPurpose.Frame, out BlockLease lease))
                {
                    lease.Span[0] = (byte)number;
                    lease.Span[^1] = (byte)number;
                    held.Enqueue(lease);
                    continue;
                }

                Interlocked.Increment(ref refusals);
            }

            if (held.TryDequeue(out BlockLease oldest))
            {
                Return(oldest, number, ref faults);
            }
        }

        while (held.TryDequeue(out BlockLease rest))
        {
            Return(rest, number, ref faults);
        }
    }

    private static void Return(BlockLease lease, int number, ref int faults)
    {
        if (lease.Span[0] != number || lease.Span[^1] != number)
        {
            Interlocked.Increment(ref faults);
        }

        lease.Dispose();
    }
}
