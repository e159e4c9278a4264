using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastStream.Engine.Partitions;
using FastStream.Protocol;

namespace FastStream.Engine.Ingress;

/// <summary>
/// Notes which records of a frame belong to which partition: D cut into D1..Dn, as ascending row indexes, without
/// moving a record.
/// </summary>
/// <remarks>
/// One instance may be shared by all threads: its scratch (a byte a record, 64 KiB at most) is on the stack, since pool
/// threads come and go. Cost: two passes over the keys (hash,
/// then place), see <see cref="OwnerKernel"/>, about 1 ns a record with AVX-512, else 2.5; nothing at all with one
/// partition, where every row is in its place already.
/// </remarks>
internal sealed unsafe class PartitionIndex(int partitionCount)
{
    private static readonly ushort* s_allRows = CreateAllRows();

    private readonly byte[] _ownerOfSlot = CreateOwners(partitionCount);

    public int PartitionCount { get; } = partitionCount;

    /// <summary>
    /// Splits the rows of a decoded frame. A text frame needs the producer's dictionary; when it is not known yet (or
    /// too short) the frame stays unsplit and the sequencer, which knows it, splits it.
    /// </summary>
    public void Split(InboundFrame frame, ulong[]? dictionary)
    {
        RecordBatch batch = frame.Batch;
        Span<int> starts = stackalloc int[PartitionCount + 1];
        if (PartitionCount == 1)
        {
            starts[1] = batch.Count;
            frame.SetRows(s_allRows, starts);
            return;
        }

        if (batch.HasKeyIds && (dictionary is null || batch.MaxKeyId >= (uint)dictionary.Length))
        {
            return;
        }

        SplitByOwner(frame, dictionary, starts);
    }

    [SkipLocalsInit]
    private void SplitByOwner(InboundFrame frame, ulong[]? dictionary, Span<int> starts)
    {
        RecordBatch batch = frame.Batch;
        Span<byte> owners = stackalloc byte[batch.Count];
        if (batch.HasKeyIds)
        {
            FindOwners(batch.KeyIdSpan, dictionary!, owners);
        }
        else
        {
            OwnerKernel.FindOwners(batch.KeySpan, PartitionCount, owners);
        }

        OwnerKernel.Place(owners, frame.RowSpace, starts);
        frame.SetRows(frame.RowSpace, starts);
    }

    private void FindOwners(ReadOnlySpan<uint> ids, ulong[] dictionary, Span<byte> owners)
    {
        for (int i = 0; i < ids.Length; i++)
        {
            owners[i] = _ownerOfSlot[SlotHash.SlotOf(dictionary[ids[i]])];
        }
    }

    private static byte[] CreateOwners(int partitionCount)
    {
        byte[] owners = new byte[SlotHash.SlotCount];
        for (int slot = 0; slot < owners.Length; slot++)
        {
            owners[slot] = (byte)SlotHash.PartitionOf(slot, partitionCount);
        }

        return owners;
    }

    private static ushort* CreateAllRows()
    {
        // Lives as long as the process: the rows of every frame when there is one partition.
        ushort* rows = (ushort*)NativeMemory.AlignedAlloc(WireFormat.MaxRecordsPerFrame * sizeof(ushort), 64);
        for (int i = 0; i < WireFormat.MaxRecordsPerFrame; i++)
        {
            rows[i] = (ushort)i;
        }

        return rows;
    }
}
