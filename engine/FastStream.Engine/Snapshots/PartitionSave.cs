using System.Buffers;
using FastStream.Engine.Partitions;

namespace FastStream.Engine.Snapshots;

/// <summary>A partition's share of a snapshot under way: saved a chunk at a time between frames.</summary>
/// <remarks>Owner: the partition's thread.</remarks>
internal sealed class PartitionSave(SnapshotRun run, PartitionState partition)
{
    private readonly ArrayBufferWriter<byte> _chunk = new(); // grows to a chunk where there is one
    private int _stream;

    /// <summary>
    /// Saves one chunk. False when nothing could be done now: it is over, or the log has no room yet and a rest is due.
    /// </summary>
    public bool SaveNext()
    {
        if (run.HasFailed)
        {
            Abandon();
            return false;
        }

        if (!run.IsCoreSaved)
        {
            return false;
        }

        if (_chunk.WrittenCount == 0 && !FillChunk())
        {
            End();
            return false;
        }

        if (!run.TryAppend(partition.StreamIds[_stream], _chunk.WrittenSpan))
        {
            return false;
        }

        _chunk.ResetWrittenCount();
        return true;
    }

    private void Abandon()
    {
        foreach (StreamPartition stream in partition.Streams)
        {
            stream.AbortSnapshot();
        }

        End();
    }

    private void End()
    {
        run.PartitionDone();
        partition.Saving = null; // the next run is taken on by this thread, so after this
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
