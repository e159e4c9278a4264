using FastStream.Engine.Partitions;

namespace FastStream.Tests.Partitions;

/// <summary>Goal: blocks are whole, apart, aligned, and come back.</summary>
public unsafe class PartitionHeapTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(32, 5)]
    [InlineData(33, 6)]
    [InlineData(4096, 12)]
    [InlineData(4097, 13)]
    [InlineData(1L << 32, 32)]
    public void TheSizeClassIsTheSmallestThatHolds(long bytes, int log2) =>
        Assert.Equal(log2, PartitionHeap.Log2For(bytes));

    [Fact]
    public void RentedBlocksDoNotOverlapAndAreUsedAgain()
    {
        using PartitionHeap heap = new();
        Random random = new(111);
        Dictionary<nint, int> held = [];
        for (int round = 0; round < 5000; round++)
        {
            if (held.Count > 100 || (held.Count > 0 && random.Next(3) == 0))
            {
                (nint block, int log2) = held.ElementAt(random.Next(held.Count));
                Assert.False(new ReadOnlySpan<byte>((void*)block, 1 << log2).ContainsAnyExcept((byte)log2));
                held.Remove(block);
                heap.Return((byte*)block, log2);
            }
            else
            {
                int log2 = random.Next(PartitionHeap.MinLog2, 19);
                byte* block = heap.Rent(log2);
                Assert.Equal(0, (nint)block % Math.Min(64, 1 << log2));
                new Span<byte>(block, 1 << log2).Fill((byte)log2);
                held.Add((nint)block, log2);
            }
        }

        Assert.Equal(held.Values.Sum(log2 => 1L << log2), heap.RentedBytes);
        long reserved = heap.ReservedBytes;
        foreach ((nint block, int log2) in held)
        {
            heap.Return((byte*)block, log2);
        }

        heap.Return(heap.RentCleared(18), 18);
        Assert.Equal((0, reserved), (heap.RentedBytes, heap.ReservedBytes));
    }

    [Fact]
    public void TheSlotHashIsFrozen()
    {
        Assert.Equal(0xE220_A839_7B1D_CDAFUL, SlotHash.Mix(0));
        Assert.Equal(0xE2, SlotHash.SlotOf(0));
        for (int partitions = 1; partitions <= 256; partitions++)
        {
            for (int slot = 0; slot < SlotHash.SlotCount; slot++)
            {
                Assert.True(SlotRange.Of(SlotHash.PartitionOf(slot, partitions), partitions).Contains(slot));
            }
        }
    }

    [Fact]
    public void AMillionKeysFitTheDefaultRoomOfTheirSlots()
    {
        int[] cells = new int[SlotHash.SlotCount];
        for (ulong key = 0; key < 1_000_000; key++)
        {
            cells[SlotHash.SlotOf(key)]++;
        }

        Assert.InRange(cells.Max(), 3906, new PartitionLimits().MaxCellsPerSlot);
    }
}
