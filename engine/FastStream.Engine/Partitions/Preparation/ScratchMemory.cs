using System.Runtime.InteropServices;

namespace FastStream.Engine.Partitions.Preparation;

/// <summary>Pinned memory from a 64-byte boundary on, there as long as the object is reachable.</summary>
internal sealed unsafe class ScratchMemory
{
    private const int AlignmentBytes = 64;

    private readonly byte[] _bytes;

    public ScratchMemory(int capacityBytes)
    {
        _bytes = GC.AllocateUninitializedArray<byte>(checked(capacityBytes + AlignmentBytes), pinned: true);

        // SAFETY: the array lives on the pinned heap, so its address never changes while _bytes is reachable.
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, 0);
        Pointer = (byte*)((address + AlignmentBytes - 1) & ~(nint)(AlignmentBytes - 1));
    }

    public byte* Pointer { get; }
}
