using FastStream.Engine.Memory;

namespace FastStream.Tests.Memory;

/// <summary>Goal: a pool whose things stay in the caches, and which never gives one to two.</summary>
public sealed class RecentPoolTests
{
    [Fact]
    public void WhatCameBackLastIsGivenOutFirst()
    {
        int made = 0;
        RecentPool<object> pool = new(() => ++made, 100);
        object[] items = [.. Enumerable.Range(0, 40).Select(_ => pool.Get())];
        Array.ForEach(items, pool.Return);
        foreach (object item in items.Reverse())
        {
            Assert.Same(item, pool.Get());
        }

        Assert.Equal(40, made);
        pool.Get();
        Assert.Equal(41, made);
    }

    [Fact]
    public void BeyondItsCapacityNothingIsKept()
    {
        int made = 0;
        RecentPool<object> pool = new(() => ++made, 20);
        object[] items = [.. Enumerable.Range(0, 30).Select(_ => pool.Get())];
        Array.ForEach(items, pool.Return);
        int kept = Enumerable.Range(0, 30).Count(_ => items.Contains(pool.Get()));
        Assert.Equal(20, kept);
        Assert.Equal(40, made);
    }

    [Fact]
    public void AThingHasOneHolderHoweverManyThreadsThereAre()
    {
        const int Held = 5; // more than the one that lies apart
        RecentPool<int[]> pool = new(() => new int[1], 64);
        int faults = 0;
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            int[][] items = new int[Held][];
            for (int turn = 0; turn < 40_000; turn++)
            {
                for (int i = 0; i < Held; i++)
                {
                    items[i] = pool.Get();
                    if (Interlocked.Increment(ref items[i][0]) != 1)
                    {
                        Interlocked.Increment(ref faults);
                    }
                }

                foreach (int[] item in items)
                {
                    Interlocked.Decrement(ref item[0]);
                    pool.Return(item);
                }
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(0, faults);
    }
}
