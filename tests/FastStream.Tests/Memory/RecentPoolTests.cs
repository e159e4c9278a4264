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
        RecentPool<int[]> pool = new(() => new int[1], 8);
        int faults = 0;
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (int turn = 0; turn < 20_000; turn++)
            {
                int[] item = pool.Get();
                faults += Interlocked.Increment(ref item[0]) == 1 ? 0 : 1;
                Interlocked.Decrement(ref item[0]);
                pool.Return(item);
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(0, faults);
    }
}
