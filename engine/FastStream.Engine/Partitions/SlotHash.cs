using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastStream.Engine.Partitions;

/// <summary>
/// The stable, public hash that says which of 256 slots a key belongs to. It is frozen: snapshots and results are
/// ordered by slot. Tables use another, seeded hash, so that chosen keys cannot make them slow.
/// </summary>
internal static class SlotHash
{
    /// <summary>Slots of a stream; partitions own ranges of them.</summary>
    public const int SlotCount = 256;

    /// <summary>The key of a text record whose name found no room in the stream's name table.</summary>
    public const ulong NoKey = ulong.MaxValue;

    // 2^64 divided by the golden ratio; the finaliser below is splitmix64's (Steele, Lea, Flood 2014).
    private const ulong GoldenGamma = 0x9E37_79B9_7F4A_7C15;

    /// <summary>The mixed 64 bits of a key.</summary>
    public static ulong Mix(ulong key)
    {
        ulong z = key + GoldenGamma;
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }

    /// <summary>The same for eight keys.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Mix(Vector512<ulong> keys)
    {
        Vector512<ulong> z = keys + Vector512.Create(GoldenGamma);
        z = (z ^ (z >> 30)) * Vector512.Create(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)) * Vector512.Create(0x94D0_49BB_1331_11EB);
        return z ^ (z >> 31);
    }

    /// <summary>The slot of a key: the top eight bits of its hash.</summary>
    public static int SlotOf(ulong key) => (int)(Mix(key) >> 56);

    /// <summary>Which of <paramref name="partitionCount"/> partitions owns the slot.</summary>
    public static int PartitionOf(int slot, int partitionCount) => (((slot + 1) * partitionCount) - 1) / SlotCount;
}
