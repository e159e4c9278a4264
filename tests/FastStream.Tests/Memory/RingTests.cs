using System.Runtime.CompilerServices;
using FastStream.Engine.Memory;
using FastStream.Tests.Allocation;

namespace FastStream.Tests.Memory;

public sealed class RingTests
{
    [Fact]
    public void NeighbouringCursorsAreAHundredAndTwentyEightBytesApart()
    {
        Assert.Equal(128, Unsafe.SizeOf<PaddedLong>());
        Assert.Equal(128, PaddedLong.SizeBytes);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 4)]
    [InlineData(8, 8)]
    public void AFullSpscRingRefusesAndAnEmptyOneHasNothing(int asked, int capacity)
    {
        SpscRing<string> ring = new(asked);
        Assert.Equal(capacity, ring.Capacity);
        for (int round = 0; round < 3; round++)
        {
            Assert.False(ring.TryDequeue(out _));
            Assert.False(ring.TryPeek(out _));
            for (int index = 0; index < capacity; index++)
            {
                Assert.True(ring.TryEnqueue($"{index}"));
            }

            Assert.False(ring.TryEnqueue("too many"));
            Assert.Equal(capacity, ring.Count);
            for (int index = 0; index < capacity; index++)
            {
                Assert.True(ring.TryPeek(out string? peeked));
                Assert.True(ring.TryDequeue(out string? taken));
                Assert.Equal($"{index}", taken);
                Assert.Same(peeked, taken);
            }

            Assert.True(ring.IsEmpty);
        }
    }

    [Fact]
    public void AFullMpscRingRefusesAndAnEmptyOneHasNothing()
    {
        BoundedMpscRing<string> ring = new(3);
        Assert.Equal(4, ring.Capacity);
        for (int round = 0; round < 3; round++)
        {
            Assert.False(ring.TryDequeue(out _));
            Assert.True(ring.IsEmpty);
            for (int index = 0; index < 4; index++)
            {
                Assert.True(ring.TryEnqueue($"{index}"));
            }

            Assert.False(ring.TryEnqueue("too many"));
            Assert.Equal(4, ring.Count);
            Assert.False(ring.IsEmpty);
            for (int index = 0; index < 4; index++)
            {
                Assert.True(ring.TryDequeue(out string? taken));
                Assert.Equal($"{index}", taken);
            }
        }
    }

    [Fact]
    public void TwoThreadsPassEveryItemThroughTheSpscRingInOrder()
    {
        const long Items = 300_000;
        SpscRing<long> ring = new(64);
        Parker reader = new();
        Parker writer = new();
        Thread thread = new(() =>
        {
            Func<bool> hasRoom = () => ring.Count < ring.Capacity;
            for (long item = 1; item <= Items; item++)
            {
                while (!ring.TryEnqueue(item))
                {
                    Assert.True(writer.WaitUntil(hasRoom, 30_000));
                }

                reader.Signal();
            }
        });
        thread.Start();
        Func<bool> hasItem = () => !ring.IsEmpty;
        for (long expected = 1; expected <= Items; expected++)
        {
            long item;
            while (!ring.TryDequeue(out item))
            {
                Assert.True(reader.WaitUntil(hasItem, 30_000), $"lost before {expected}");
            }

            Assert.Equal(expected, item);
            writer.Signal();
        }

        thread.Join();
    }

    [Fact]
    public void ManyWritersKeepTheirOwnOrderThroughTheMpscRing()
    {
        const int Writers = 4;
        const int ItemsEach = 50_000;
        BoundedMpscRing<WideItem> ring = new(32);
        Parker reader = new();
        Thread[] threads = new Thread[Writers];
        for (int index = 0; index < Writers; index++)
        {
            int writer = index;
            threads[index] = new Thread(() =>
            {
                SpinWait wait = default;
                for (int item = 0; item < ItemsEach; item++)
                {
                    while (!ring.TryEnqueue(new WideItem(writer, item)))
                    {
                        wait.SpinOnce();
                    }

                    reader.Signal();
                }
            });
            threads[index].Start();
        }

        int[] next = new int[Writers];
        Func<bool> hasItem = () => !ring.IsEmpty;
        for (int taken = 0; taken < Writers * ItemsEach; taken++)
        {
            WideItem item;
            while (!ring.TryDequeue(out item))
            {
                Assert.True(reader.WaitUntil(hasItem, 30_000), $"lost after {taken}");
            }

            Assert.Equal(next[item.Writer]++, item.Item);
            Assert.True(item.IsWhole, "taken before it was written");
        }

        Assert.True(ring.IsEmpty);
        Assert.All(threads, thread => thread.Join());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AnItemIsWholeWhenTheReaderSeesIt(bool mpsc)
    {
        // The ring is empty before each item, so the reader stands at the very cell that the writer fills.
        const int Items = 30_000;
        BoundedMpscRing<WideItem> many = new(4);
        SpscRing<WideItem> single = new(4);
        int seen = -1;
        Thread writer = new(() =>
        {
            SpinWait wait = default;
            for (int index = 0; index < Items; index++)
            {
                WideItem item = new(0, index);
                Assert.True(mpsc ? many.TryEnqueue(item) : single.TryEnqueue(item));
                while (Volatile.Read(ref seen) != index)
                {
                    wait.SpinOnce(sleep1Threshold: -1);
                }
            }
        });
        writer.Start();
        int torn = 0;
        for (int index = 0; index < Items; index++)
        {
            WideItem item;
            for (int turn = 1; !(mpsc ? many.TryDequeue(out item) : single.TryDequeue(out item)); turn++)
            {
                if (turn % 1000 == 0)
                {
                    Thread.Yield(); // the writer may wait for this core
                }
            }

            torn += item.IsWhole && item.Item == index ? 0 : 1;
            Volatile.Write(ref seen, index);
        }

        writer.Join();
        Assert.Equal(0, torn);
    }

    /// <summary>So wide that a reader which comes too early sees half of it.</summary>
    private readonly struct WideItem
    {
        private readonly Copies _copies;

        internal WideItem(int writer, int item)
        {
            Writer = writer;
            Item = item;
            for (int index = 0; index < Copies.Count; index++)
            {
                _copies[index] = item;
            }
        }

        internal int Writer { get; }

        internal int Item { get; }

        internal bool IsWhole
        {
            get
            {
                bool isWhole = true;
                for (int index = 0; index < Copies.Count; index++)
                {
                    isWhole &= _copies[index] == Item;
                }

                return isWhole;
            }
        }
    }

    [InlineArray(Count)]
    private struct Copies
    {
        internal const int Count = 128;

        private long _first;
    }

    [Fact]
    public void RingsHandOverWithoutAllocating()
    {
        SpscRing<(long, object?)> spsc = new(8);
        BoundedMpscRing<(long, object?)> mpsc = new(8);
        Assert.Equal(0, SteadyState.AllocatedBytes(() =>
        {
            for (int index = 0; index < 10_000; index++)
            {
                Turn();
            }
        }));

        void Turn()
        {
            spsc.TryEnqueue((1, null));
            spsc.TryDequeue(out _);
            mpsc.TryEnqueue((1, null));
            mpsc.TryDequeue(out _);
        }
    }
}
