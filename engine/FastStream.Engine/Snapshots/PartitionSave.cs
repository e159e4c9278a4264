using System.Buffers;
using FastStream.Engine.Partitions;

namespace FastStream.Engine.Snapshots;

/// <summary>A partition's share of a snapshot under way: saved a chunk at a time between frames.</summary>
/// <remarks>Owner: the partition's thread.</remarks>
internal sealed class PartitionSave(SnapshotRun run, PartitionState partition)
{
    private readonly ArrayBufferWriter<byte> _chunk = new(SnapshotRun.ChunkBytes);
    private int _stream;

    /// <summary>Saves one chunk. True while there is more to do.</summary>
    public bool SaveNext()
    {
        if (_chunk.WrittenCount == 0 && !FillChunk())
        {
            run.PartitionSaved();
            partition.Saving = null;
            return false;
        }

        if (run.TryAppend(partition.StreamIds[_stream], _chunk.WrittenSpan))
        {
            _chunk.ResetWrittenCount();
        }

        return true;
    }

    private bool FillChunk()
    {
        for (; _stream < partition.Streams.Count; _stream++)
        {
            // Streams added after the snapshot's address were not marked and have nothing to say.
            if (partition.Streams[_stream].SaveNext(_chunk, SnapshotRun.ChunkBytes) || _chunk.WrittenCount > 0)
            {
                return true;
            }
        }

        return false;
    }
}
