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
/// Nobody waits inside for a log that is full: the sequencer goes on at its next tick, a partition after a rest. The
/// partitions append once the sequencer's part is in the log, since loading needs that first. A run that has failed
/// is over when every partition has let go of what it had marked; only then may the next one begin.
/// </remarks>
internal sealed class SnapshotRun(
    ulong id,
    long address,
    long endAddress,
    ReadOnlyMemory<byte> core,
    IEntryLog stateLog,
    int partitionCount,
    SnapshotPace pace)
    : IPartitionTask
{
    // A pause of a few milliseconds for the sequencer; a tenth of a second later comes the next turn.
    private const int CoreBytesPerTurn = 16 << 20;

    /// <summary>Aimed size of a chunk: a pause of some ten microseconds between two frames.</summary>
    public const int ChunkBytes = 64 * 1024;

    private readonly Lock _appending = new();
    private ReadOnlyMemory<byte> _core = core; // what the sequencer has not appended yet; its thread only
    private int _partitionsLeft = partitionCount;
    private volatile bool _isCoreSaved; // written by the sequencer, read by partitions
    private volatile bool _hasFailed;   // written under the lock, read by everybody

    public ulong Id { get; } = id;

    /// <summary>How fast partitions may append.</summary>
    public SnapshotPace Pace { get; } = pace;

    /// <summary>Address of the snapshot's journal entry: the state is the one before it.</summary>
    public long Address { get; } = address;

    public long EndAddress { get; } = endAddress;

    /// <summary>Address of the first chunk in the state log; -1 before it.</summary>
    public long FirstChunkAddress { get; private set; } = -1;

    public int ChunkCount { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>The sequencer's part is in the log: the partitions may append theirs.</summary>
    public bool IsCoreSaved => _isCoreSaved;

    /// <summary>
    /// All partitions have saved, or given up (acquire; partner: the decrement in <see cref="PartitionDone"/>).
    /// </summary>
    public bool IsDone => Volatile.Read(ref _partitionsLeft) == 0;

    /// <summary>
    /// The state log refuses, its disk is full, or closed windows are stuck: the snapshot will never be complete.
    /// </summary>
    public bool HasFailed => _hasFailed;

    /// <inheritdoc/>
    public void Run(PartitionState partition)
    {
        // Closed windows that found no way out would be saved with the rest and come again after a start from here:
        // such a snapshot must not count, even if they get out before it is complete.
        if (partition.Streams.Exists(stream => stream.HasPendingCloses))
        {
            Fail();
            PartitionDone();
            return;
        }

        foreach (StreamPartition stream in partition.Streams)
        {
            stream.BeginSnapshot(Address);
        }

        partition.Saving = new PartitionSave(this, partition);
    }

    /// <summary>Sequencer: appends as much of its part as the log takes now, a bounded slice a turn.</summary>
    public void SaveCore()
    {
        for (int left = CoreBytesPerTurn; left > 0 && !_core.IsEmpty; left -= ChunkBytes)
        {
            ReadOnlySpan<byte> chunk = _core.Span[..Math.Min(_core.Length, ChunkBytes)];
            if (!TryAppend(0, chunk))
            {
                return;
            }

            _core = _core[chunk.Length..];
        }

        _isCoreSaved = _core.IsEmpty;
    }

    /// <summary>
    /// Appends a chunk; stream 0 is the sequencer's part. False: rest and try again, unless the run has failed.
    /// </summary>
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

            // A full disk may stay full for days; what is marked would keep its memory for as long.
            _hasFailed |= result is not AppendResult.Full;
            stateLog.RequestCommit();
            return false;
        }
    }

    /// <summary>A partition has appended all its chunks, or let go of its marks after a failure.</summary>
    public void PartitionDone() => Interlocked.Decrement(ref _partitionsLeft); // partner: the read in IsDone

    private void Fail()
    {
        lock (_appending)
        {
            _hasFailed = true;
        }
    }
}
