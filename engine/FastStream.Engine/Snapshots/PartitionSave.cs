using System.Buffers;
using FastStream.Engine.Partitions;

namespace FastStream.Engine.Snapshots;

/// <summary>
/// A partition's share of a snapshot under way, between frames: its cells are kept as fast as that costs frames little
/// (from then on frames cost what they always do), and what was kept is appended at the snapshot's pace.
/// </summary>
/// <remarks>Owner: the partition's thread.</remarks>
internal sealed class PartitionSave
{
    // A turn's share: some 20 us of copying between two turns of frames.
    private const int KeepBytesPerTurn = 128 << 10;

    // More copies than this wait only for cells that frames change.
    private const long MaxKeptBytes = 64 << 20;

    private readonly SnapshotRun _run;
    private readonly PartitionState _partition;
    private readonly ArrayBufferWriter<byte> _chunk = new(); // grows to a chunk where there is one
    private readonly long _startMs;
    private readonly long _total;
    private long _saved;
    private int _keeping;
    private int _stream;

    /// <summary>The streams have been marked.</summary>
    public PartitionSave(SnapshotRun run, PartitionState partition)
    {
        _run = run;
        _partition = partition;
        _startMs = run.Pace.NowMs;
        foreach (StreamPartition stream in partition.Streams)
        {
            _total += stream.MarkedBytes;
        }
    }

    /// <summary>How long there is nothing to do for it.</summary>
    public int RestMs => MaySave() ? 1 : _run.Pace.RestMs(_saved, ElapsedMs);

    private long ElapsedMs => _run.Pace.NowMs - _startMs;

    /// <summary>
    /// Keeps some cells, and saves one chunk. False when nothing could be done now: it is over, or the pace or the log
    /// has no room for more yet and a rest is due.
    /// </summary>
    public bool SaveNext()
    {
        if (_run.HasFailed)
        {
            Abandon();
            return false;
        }

        bool hasKept = KeepSome();
        return (_run.IsCoreSaved && MaySave() && SaveChunk()) || hasKept;
    }

    private bool MaySave() => _run.Pace.MaySave(
        _saved, _total, ElapsedMs, journaled: _partition.AppliedAddress - _run.EndAddress);

    private bool KeepSome()
    {
        for (; _keeping < _partition.Streams.Count; _keeping++)
        {
            StreamPartition stream = _partition.Streams[_keeping];
            if (stream.KeptBytes > MaxKeptBytes)
            {
                return false;
            }

            if (stream.KeepSome(KeepBytesPerTurn))
            {
                return true;
            }
        }

        return false;
    }

    private bool SaveChunk()
    {
        if (_chunk.WrittenCount == 0 && !FillChunk())
        {
            End();
            return false;
        }

        if (!_run.TryAppend(_partition.StreamIds[_stream], _chunk.WrittenSpan))
        {
            return false;
        }

        _saved += _chunk.WrittenCount;
        _chunk.ResetWrittenCount();
        return true;
    }

    private void Abandon()
    {
        foreach (StreamPartition stream in _partition.Streams)
        {
            stream.AbortSnapshot();
        }

        End();
    }

    private void End()
    {
        _run.PartitionDone();
        _partition.Saving = null; // the next run is taken on by this thread, so after this
    }

    private bool FillChunk()
    {
        for (; _stream < _partition.Streams.Count; _stream++)
        {
            // Streams added after the snapshot's address were not marked and have nothing to say.
            if (_partition.Streams[_stream].SaveNext(_chunk, SnapshotRun.ChunkBytes) || _chunk.WrittenCount > 0)
            {
                return true;
            }
        }

        return false;
    }
}
