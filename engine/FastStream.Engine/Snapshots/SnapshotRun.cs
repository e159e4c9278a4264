using FastStream.Engine.Journal;
using FastStream.Engine.Partitions;
using FastStream.Engine.Sequencing;

namespace FastStream.Engine.Snapshots;

/// <summary>
/// One snapshot under way: handed through the ring as a task, so that every partition marks its state at the same
/// journal address; then filled chunk by chunk while frames go on.
/// </summary>
/// <remarks>
/// Shared by the sequencer, which opens and completes it, and the partitions, which append chunks. The state log
/// takes one appender at a time: a lock, held for one copy of at most <see cref="ChunkBytes"/>, off the frame path.
/// </remarks>
internal sealed class SnapshotRun(ulong id, long address, long endAddress, IEntryLog stateLog, int partitionCount)
    : IPartitionTask
{
    /// <summary>Aimed size of a chunk: a pause of some ten microseconds between two frames.</summary>
    public const int ChunkBytes = 64 * 1024;

    private readonly Lock _appending = new();
    private int _partitionsLeft = partitionCount;

    public ulong Id { get; } = id;

    /// <summary>Address of the snapshot's journal entry: the state is the one before it.</summary>
    public long Address { get; } = address;

    public long EndAddress { get; } = endAddress;

    /// <summary>Address of the first chunk in the state log; -1 before it.</summary>
    public long FirstChunkAddress { get; private set; } = -1;

    public int ChunkCount { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>All partitions have saved (acquire; partner: the decrement in <see cref="PartitionSaved"/>).</summary>
    public bool IsSaved => Volatile.Read(ref _partitionsLeft) == 0;

    /// <summary>The state log has failed or refused for good: the snapshot will never be complete.</summary>
    public bool HasFailed { get; private set; }

    /// <inheritdoc/>
    public void Run(PartitionState partition)
    {
        foreach (StreamPartition stream in partition.Streams)
        {
            stream.BeginSnapshot(Address);
        }

        partition.Saving = new PartitionSave(this, partition);
    }

    /// <summary>Appends a chunk; stream 0 is the sequencer's part. False: the log is full, try again later.</summary>
    public bool TryAppend(uint streamId, ReadOnlySpan<byte> chunk)
    {
        lock (_appending)
        {
            EntryHeader header = new() { Kind = EntryKind.SnapshotChunk, StreamId = streamId, FrameSequence = Id };
            AppendResult result = stateLog.TryAppend(ref header, chunk, out long address);
            if (result == AppendResult.Ok)
            {
                FirstChunkAddress = FirstChunkAddress < 0 ? address : FirstChunkAddress;
                ChunkCount++;
                Bytes += chunk.Length;
                return true;
            }

            stateLog.RequestCommit();
            HasFailed |= result is AppendResult.Faulted or AppendResult.TooLarge;
            return HasFailed;
        }
    }

    /// <summary>A partition has appended all its chunks.</summary>
    public void PartitionSaved() => Interlocked.Decrement(ref _partitionsLeft); // partner: the read in IsSaved
}
