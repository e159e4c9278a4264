using System.Runtime.InteropServices;

namespace FastStream.Engine.Memory;

/// <summary>Pinned memory whose first byte lies on a 64-byte boundary; belongs to a <see cref="BlockPool"/>.</summary>
/// <remarks>Reached through a <see cref="BlockLease"/> only. Its content is whatever the last holder left.</remarks>
internal sealed unsafe class Block
{
    internal const int AlignmentBytes = 64;

    private readonly byte[] _bytes;
    private readonly int _start;

    internal Block(int capacityBytes, int sizeClass)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacityBytes, 1);
        _bytes = GC.AllocateUninitializedArray<byte>(checked(capacityBytes + AlignmentBytes), pinned: true);

        // SAFETY: the array lives on the pinned heap, so its address never changes while _bytes is reachable.
        nuint address = (nuint)(nint)Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, 0);
        _start = (int)(((address + AlignmentBytes - 1) & ~(nuint)(AlignmentBytes - 1)) - address);
        Pointer = (byte*)address + _start;
        CapacityBytes = capacityBytes;
        SizeClass = sizeClass;
    }

    /// <summary>First byte; valid while the holder's lease is.</summary>
    internal byte* Pointer { get; }

    internal int CapacityBytes { get; }

    internal Memory<byte> Memory => new(_bytes, _start, CapacityBytes);

    internal Span<byte> Span => new(_bytes, _start, CapacityBytes);

    /// <summary>Index of the pool's size class, or -1 for a block that the pool does not keep.</summary>
    internal int SizeClass { get; }

    internal BlockPurpose Purpose { get; set; }

    /// <summary>
    /// Odd while leased, even while not; each lease carries the number of its own turn. Changed by compare-and-swap,
    /// so that of two disposals of one lease exactly one succeeds.
    /// </summary>
    internal int Turn;
}
