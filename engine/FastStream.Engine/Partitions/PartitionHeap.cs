using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastStream.Engine.Partitions;

/// <summary>
/// Native memory of one partition: blocks of 2^n bytes, given back to free lists and used again, so that steady
/// state allocates nothing and cells never move. Used by the partition's thread only.
/// </summary>
/// <remarks>
/// Blocks below 64 KiB are cut from slabs of 64 KiB, in a heap that has grown from slabs of 2 MiB; larger ones come
/// from the system one by one. A block is aligned to its size up to 64 bytes, from 2 MiB on to 2 MiB. The first eight
/// bytes of a free block link to the next free one of its size.
/// </remarks>
internal sealed unsafe class PartitionHeap : IDisposable
{
    /// <summary>The smallest block: 32 bytes.</summary>
    public const int MinLog2 = 5;

    /// <summary>Blocks from this size on are not cut from a slab: 64 KiB.</summary>
    public const int SlabLog2 = 16;

    private const int MaxLog2 = 36;

    // A heap of this size takes its slabs by huge pages.
    private const long LargeBytes = 4 << 20;

    private readonly nint[] _free = new nint[MaxLog2 + 1];
    private readonly List<nint> _owned = [];
    private bool _disposed;

    ~PartitionHeap() => Free();

    /// <summary>Bytes in rented blocks.</summary>
    public long RentedBytes { get; private set; }

    /// <summary>Bytes taken from the system.</summary>
    public long ReservedBytes { get; private set; }

    /// <summary>The size class that holds <paramref name="bytes"/>.</summary>
    public static int Log2For(long bytes) =>
        Math.Max(MinLog2, BitOperations.Log2((ulong)Math.Max(bytes, 1) - 1 | 1) + (bytes > 1 ? 1 : 0));

    /// <summary>A block of 2^<paramref name="log2"/> bytes with undefined content.</summary>
    public byte* Rent(int log2)
    {
        Debug.Assert(log2 is >= MinLog2 and <= MaxLog2);
        if (_free[log2] == 0)
        {
            Refill(log2);
        }

        nint block = _free[log2];
        // SAFETY: a free block belongs to this heap and is at least 32 bytes.
        _free[log2] = *(nint*)block;
        RentedBytes += 1L << log2;
        return (byte*)block;
    }

    /// <summary>A block of zeros.</summary>
    public byte* RentCleared(int log2)
    {
        byte* block = Rent(log2);
        NativeMemory.Clear(block, (nuint)1 << log2);
        return block;
    }

    /// <summary>Takes a block back; the caller must not touch it again.</summary>
    public void Return(byte* block, int log2)
    {
        Debug.Assert(block != null && log2 is >= MinLog2 and <= MaxLog2);
        *(nint*)block = _free[log2];
        _free[log2] = (nint)block;
        RentedBytes -= 1L << log2;
    }

    /// <summary>Takes back a block that is not wanted soon: a large one goes back to the system.</summary>
    public void Release(byte* block, int log2)
    {
        if (log2 < HugePages.Log2Bytes || !_owned.Remove((nint)block))
        {
            Return(block, log2);
            return;
        }

        RentedBytes -= 1L << log2;
        ReservedBytes -= 1L << log2;
        NativeMemory.AlignedFree(block);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Refill(int log2)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        int slabLog2 = Math.Max(log2, SlabLog2);
        if (log2 <= SlabLog2 && ReservedBytes >= LargeBytes)
        {
            slabLog2 = HugePages.Log2Bytes; // many slabs at once
        }

        nuint alignment = slabLog2 < HugePages.Log2Bytes ? 64 : (nuint)1 << HugePages.Log2Bytes;
        byte* slab = (byte*)NativeMemory.AlignedAlloc((nuint)1 << slabLog2, alignment);
        _owned.Add((nint)slab);
        if (slabLog2 >= HugePages.Log2Bytes)
        {
            HugePages.AskFor(slab, (nuint)1 << slabLog2);
        }

        ReservedBytes += 1L << slabLog2;
        for (long at = (1L << slabLog2) - (1L << log2); at >= 0; at -= 1L << log2)
        {
            *(nint*)(slab + at) = _free[log2];
            _free[log2] = (nint)(slab + at);
        }
    }

    private void Free()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        foreach (nint block in _owned)
        {
            NativeMemory.AlignedFree((void*)block);
        }
    }
}
