using FastStream.Engine.Journal;
using FastStream.Engine.Partitions;
using FastStream.Engine.Sequencing;

namespace FastStream.Engine.Snapshots;

/// <summary>Finds the valid snapshots in the state log and loads one, for any number of partitions.</summary>
internal static class SnapshotLoader
{
    /// <summary>
    /// Complete snapshots, oldest first, from the log's end backwards: chunks are not read. That none behind the newest
    /// has been missed is known when the log from there on has been read (<see cref="Load"/>, or <see cref="Check"/>).
    /// </summary>
    public static List<SnapshotInfo> Find(IEntryLog stateLog)
    {
        List<SnapshotInfo> found = [];
        long before = stateLog.TailAddress;
        while (stateLog.FindLast(EntryKind.SnapshotComplete, before) is >= 0 and long address)
        {
            using IEntryScanner scanner = stateLog.Scan(address, before, startsAtEntry: true);
            SnapshotInfo snapshot = scanner.MoveNext(out _, out _, out ReadOnlySpan<byte> payload)
                ? SnapshotInfo.Read(payload)
                : throw new InvalidDataException($"The end of a snapshot at {address} is not there any more.");
            if (snapshot.FirstChunkAddress < stateLog.BeginAddress)
            {
                break; // a truncated log keeps the two newest whole; an older end may be left without its chunks
            }

            found.Insert(0, snapshot);
            before = snapshot.FirstChunkAddress < address
                ? snapshot.FirstChunkAddress // one at a time: the one before was complete when this one began
                : throw new InvalidDataException($"Snapshot {snapshot.Id} says that it begins behind its end.");
        }

        return found;
    }

    /// <summary>Reads a state log in which no snapshot was found: it must be sound, and hold none.</summary>
    public static void Check(IEntryLog stateLog)
    {
        using IEntryScanner scanner = stateLog.Scan(stateLog.BeginAddress, stateLog.TailAddress);
        CheckRest(scanner, newestId: 0);
    }

    /// <summary>
    /// Fills the empty state and partitions from a snapshot, and reads on to the log's end: it must be sound, and hold
    /// no snapshot newer than <paramref name="newestId"/>.
    /// </summary>
    public static void Load(
        SnapshotInfo snapshot, ulong newestId, IEntryLog stateLog, EngineState state, PartitionState[] partitions)
    {
        using MemoryStream core = new();
        bool isReady = false;
        long chunks = 0;
        using IEntryScanner scanner = stateLog.Scan(
            snapshot.FirstChunkAddress, stateLog.TailAddress, startsAtEntry: true);
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

        CheckRest(scanner, newestId);
    }

    private static void CheckRest(IEntryScanner scanner, ulong newestId)
    {
        while (scanner.MoveNext(out long address, out EntryHeader header, out _))
        {
            if (header.Kind == EntryKind.SnapshotComplete && header.FrameSequence > newestId)
            {
                throw new InvalidDataException(
                    $"Snapshot {header.FrameSequence} at {address} of the state log was not found from its end.");
            }
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
