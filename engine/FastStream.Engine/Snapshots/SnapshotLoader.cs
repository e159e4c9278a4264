using FastStream.Engine.Journal;
using FastStream.Engine.Partitions;
using FastStream.Engine.Sequencing;

namespace FastStream.Engine.Snapshots;

/// <summary>Finds the valid snapshots in the state log and loads one, for any number of partitions.</summary>
internal static class SnapshotLoader
{
    /// <summary>All complete snapshots, oldest first.</summary>
    public static List<SnapshotInfo> Find(IEntryLog stateLog)
    {
        List<SnapshotInfo> found = [];
        using IEntryScanner scanner = stateLog.Scan(stateLog.BeginAddress, stateLog.TailAddress);
        while (scanner.MoveNext(out _, out EntryHeader header, out ReadOnlySpan<byte> payload))
        {
            if (header.Kind == EntryKind.SnapshotComplete)
            {
                found.Add(SnapshotInfo.Read(payload));
            }
        }

        // A truncated log keeps the two newest whole; an older end may be left without its chunks.
        found.RemoveAll(s => s.FirstChunkAddress < stateLog.BeginAddress);
        return found;
    }

    /// <summary>Fills the empty state and partitions from a snapshot.</summary>
    public static void Load(SnapshotInfo snapshot, IEntryLog stateLog, EngineState state, PartitionState[] partitions)
    {
        using MemoryStream core = new();
        bool isReady = false;
        long chunks = 0;
        using IEntryScanner scanner = stateLog.Scan(snapshot.FirstChunkAddress, stateLog.TailAddress);
        while (chunks < snapshot.ChunkCount
            && scanner.MoveNext(out _, out EntryHeader header, out ReadOnlySpan<byte> payload))
        {
            if (header.Kind != EntryKind.SnapshotChunk || header.FrameSequence != snapshot.Id)
            {
                continue;
            }

            chunks++;
            if (header.StreamId == 0)
            {
                core.Write(payload);
                continue;
            }

            // The sequencer's chunks were all appended before the first one of a partition.
            if (!isReady)
            {
                isReady = true;
                Prepare(state, core, partitions);
            }

            foreach (PartitionState partition in partitions)
            {
                partition[header.StreamId].Load(payload);
            }
        }

        if (chunks != snapshot.ChunkCount)
        {
            throw new InvalidDataException(
                $"Snapshot {snapshot.Id} has {chunks} of its {snapshot.ChunkCount} chunks in the state log.");
        }

        if (!isReady)
        {
            Prepare(state, core, partitions);
        }
    }

    private static void Prepare(EngineState state, MemoryStream core, PartitionState[] partitions)
    {
        core.Position = 0;
        EngineStateCodec.Load(state, core);
        foreach (PartitionState partition in partitions)
        {
            foreach (StreamState stream in state.Streams)
            {
                new StreamTask(stream.Id, stream.Definition).Run(partition);
                foreach (ViewEntry view in stream.Views)
                {
                    new AddViewTask(stream.Id, view, address: 0).Run(partition);
                }
            }
        }
    }
}
