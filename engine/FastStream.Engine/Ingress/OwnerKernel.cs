using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using FastStream.Engine.Partitions;

namespace FastStream.Engine.Ingress;

/// <summary>
/// Finds the partition of each key and sorts row numbers by it. Integers only, so that both ways give the same rows.
/// </summary>
internal static unsafe class OwnerKernel
{
    /// <summary>
    /// With more partitions, one look at all rows for each of them costs more than the counting sort, which looks
    /// twice.
    /// </summary>
    private const int MaxMaskedPartitions = 8;

    private const int BlockRows = 64;

    /// <summary>The owner of each key. <paramref name="owners"/> is as long as the keys.</summary>
    public static void FindOwners(ReadOnlySpan<ulong> keys, int partitionCount, Span<byte> owners)
    {
        int done = 0;
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
        {
            ref ulong first = ref MemoryMarshal.GetReference(keys);
            ref byte target = ref MemoryMarshal.GetReference(owners);
            Vector512<uint> parts = Vector512.Create((ulong)partitionCount).AsUInt32();
            for (; done <= keys.Length - Vector512<ulong>.Count; done += Vector512<ulong>.Count)
            {
                Vector512<ulong> slots = SlotHash.Mix(Vector512.LoadUnsafe(ref first, (nuint)done)) >> 56;
                // SlotHash.PartitionOf: ((slot + 1) * count - 1) / 256, below 2^32.
                Vector512<uint> owned = ((slots + Vector512<ulong>.One).AsUInt32() * parts)
                    - Vector512<ulong>.One.AsUInt32();
                Vector128<byte> narrow = Avx512F.ConvertToVector128Byte(owned.AsUInt64() >> 8);
                narrow.GetLower().StoreUnsafe(ref target, (nuint)done);
            }
        }

        FindOwnersPlain(keys[done..], partitionCount, owners[done..]);
    }

    /// <summary>The plain twin.</summary>
    internal static void FindOwnersPlain(ReadOnlySpan<ulong> keys, int partitionCount, Span<byte> owners)
    {
        for (int i = 0; i < keys.Length; i++)
        {
            owners[i] = (byte)SlotHash.PartitionOf(SlotHash.SlotOf(keys[i]), partitionCount);
        }
    }

    /// <summary>
    /// Writes the rows of partition 0, then those of partition 1 and so on, each ascending, and where they start; the
    /// last start is their number. SAFETY: <paramref name="rows"/> has room for a row an owner.
    /// </summary>
    public static void Place(ReadOnlySpan<byte> owners, ushort* rows, Span<int> starts)
    {
        if (Vector512.IsHardwareAccelerated && starts.Length - 1 <= MaxMaskedPartitions)
        {
            PlaceByMask(owners, rows, starts);
        }
        else
        {
            PlacePlain(owners, rows, starts);
        }
    }

    /// <summary>The plain twin: a counting sort, stable, so that each partition's rows ascend.</summary>
    internal static void PlacePlain(ReadOnlySpan<byte> owners, ushort* rows, Span<int> starts)
    {
        starts.Clear();
        foreach (byte owner in owners)
        {
            starts[owner + 1]++;
        }

        Span<int> next = stackalloc int[starts.Length];
        next[0] = 0;
        for (int p = 1; p < starts.Length; p++)
        {
            starts[p] += starts[p - 1];
            next[p] = starts[p];
        }

        for (int i = 0; i < owners.Length; i++)
        {
            rows[next[owners[i]]++] = (ushort)i;
        }
    }

    // Partition by partition, 64 rows at once: the rows are the set bits of a comparison. The place to write stays in a
    // register, where the counting sort waits for its own last store.
    private static void PlaceByMask(ReadOnlySpan<byte> owners, ushort* rows, Span<int> starts)
    {
        ref byte first = ref MemoryMarshal.GetReference(owners);
        int whole = owners.Length / BlockRows * BlockRows;
        ushort* target = rows;
        for (int p = 0; p < starts.Length - 1; p++)
        {
            starts[p] = (int)(target - rows);
            Vector512<byte> own = Vector512.Create((byte)p);
            for (int block = 0; block < whole; block += BlockRows)
            {
                ulong mask = Vector512.Equals(Vector512.LoadUnsafe(ref first, (nuint)block), own)
                    .ExtractMostSignificantBits();
                for (; mask != 0; mask &= mask - 1)
                {
                    *target++ = (ushort)(block + BitOperations.TrailingZeroCount(mask));
                }
            }

            for (int i = whole; i < owners.Length; i++)
            {
                if (owners[i] == p)
                {
                    *target++ = (ushort)i;
                }
            }
        }

        starts[^1] = (int)(target - rows);
        Debug.Assert(starts[^1] == owners.Length, "Every row has one owner below the partition count.");
    }
}
