using FastStream.Engine.Journal;
using FastStream.Engine.Snapshots;

namespace FastStream.Engine.Repair;

/// <summary>The snapshots of a state log that can be loaded whole, and the others.</summary>
internal sealed class StateSurvey
{
    private readonly Dictionary<ulong, List<long>> _chunks = [];
    private readonly List<(SnapshotInfo Snapshot, long Address, EntryHeader Header)> _complete = [];

    /// <summary>Those with all their chunks, oldest first.</summary>
    internal List<SnapshotInfo> Sound { get; } = [];

    /// <summary>Walks the log; the scanner then knows its holes.</summary>
    internal static StateSurvey Of(DamagedLogScanner scanner)
    {
        StateSurvey survey = new();
        while (scanner.MoveNext(out long address, out EntryHeader header, out ReadOnlySpan<byte> payload))
        {
            if (header.Kind == EntryKind.SnapshotChunk)
            {
                if (!survey._chunks.TryGetValue(header.FrameSequence, out List<long>? chunks))
                {
                    survey._chunks[header.FrameSequence] = chunks = [];
                }

                chunks.Add(address);
            }
            else if (header.Kind == EntryKind.SnapshotComplete)
            {
                SnapshotInfo snapshot = SnapshotInfo.Read(payload);
                survey._complete.Add((snapshot, address, header));
                int found = survey._chunks.GetValueOrDefault(snapshot.Id)?
                    .Count(chunk => chunk >= snapshot.FirstChunkAddress) ?? 0;
                if (found == snapshot.ChunkCount)
                {
                    survey.Sound.Add(snapshot);
                }
            }
        }

        return survey;
    }

    /// <summary>Ends of snapshots that the copy must not have.</summary>
    internal IEnumerable<(long Address, EntryHeader Header)> EndsExcept(IReadOnlyCollection<SnapshotInfo> kept) =>
        _complete.Where(end => !kept.Contains(end.Snapshot)).Select(end => (end.Address, end.Header));

    /// <summary>The sequencer's part of a sound snapshot.</summary>
    internal static MemoryStream ReadCore(SnapshotInfo snapshot, DamagedLogScanner scanner)
    {
        MemoryStream core = new();
        while (scanner.MoveNext(out long address, out EntryHeader header, out ReadOnlySpan<byte> payload))
        {
            bool isPart = header.Kind == EntryKind.SnapshotChunk
                && header.FrameSequence == snapshot.Id
                && address >= snapshot.FirstChunkAddress
                && header.StreamId == 0;
            if (isPart)
            {
                core.Write(payload);
            }
        }

        core.Position = 0;
        return core;
    }
}
