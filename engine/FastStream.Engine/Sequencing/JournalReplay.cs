using FastStream.Engine.Ingress;
using FastStream.Engine.Journal;
using FastStream.Engine.Memory;
using FastStream.Engine.Snapshots;
using FastStream.Protocol;

namespace FastStream.Engine.Sequencing;

/// <summary>
/// Reads the journal from an address on and applies every entry, by the same code as live work. Runs before the
/// sequencer starts, on the opening thread, with partitions and delivery already at work.
/// </summary>
internal sealed unsafe class JournalReplay(
    EngineState state,
    EntryApplier applier,
    FramePool frames,
    PartitionIndex index,
    Func<bool> isFaulted,
    Parker parker)
{
    private readonly ReplayMemory _memory = new(frames.Blocks, isFaulted, parker);

    /// <summary>Frames applied so far; any thread may look.</summary>
    public long FrameCount { get; private set; }

    /// <summary>Address reached; any thread may look.</summary>
    public long Address { get; private set; }

    /// <summary>Applies the entries below an address that come after a snapshot's, or all of them.</summary>
    public void Run(IEntryLog journal, SnapshotInfo? snapshot, long to)
    {
        using IEntryScanner scanner = journal.Scan(
            snapshot?.Address ?? journal.BeginAddress, to, startsAtEntry: true);
        if (snapshot is SnapshotInfo known)
        {
            PassSnapshot(scanner, known);
        }

        bool isFirst = snapshot is null;
        while (scanner.MoveNext(out long address, out EntryHeader header, out ReadOnlySpan<byte> payload))
        {
            if (isFirst && header.EntrySequence > 2)
            {
                throw new InvalidDataException(
                    "The journal's beginning has been cut and no snapshot stands for it: restore the state folder.");
            }

            isFirst = false;
            long end = scanner.NextAddress;
            if (header.Kind == EntryKind.Frame)
            {
                applier.ApplyFrame(address, end, header, Read(address, header, payload), session: null);
                FrameCount++;
            }
            else
            {
                applier.ApplyControl(address, end, header, payload);
            }

            Address = end;
        }
    }

    // That this is the journal which the snapshot was taken of: its entry stands where the snapshot says.
    private static void PassSnapshot(IEntryScanner scanner, SnapshotInfo snapshot)
    {
        bool isThere = scanner.MoveNext(out long address, out EntryHeader header, out ReadOnlySpan<byte> payload)
            && address == snapshot.Address
            && (header.Kind == EntryKind.Lost // a repair may have put another in its place
                || (header.Kind == EntryKind.Snapshot && ControlEntry.ReadNumber(payload) == (long)snapshot.Id));
        while (isThere && scanner.NextAddress < snapshot.EndAddress)
        {
            isThere = header.Kind == EntryKind.Lost && scanner.MoveNext(out _, out header, out _);
        }

        if (!isThere)
        {
            throw new InvalidDataException(
                $"Snapshot {snapshot.Id} stands on journal address {snapshot.Address}, and its entry is not there: the "
                + "journal was replaced.");
        }
    }

    // A journaled frame was checked when it came, so a fault here is damage that the checksums did not show, or a bug.
    private InboundFrame Read(long address, in EntryHeader entry, ReadOnlySpan<byte> bytes)
    {
        KeyKind keyKind = state.StreamOf(entry.StreamId).Definition.KeyKind;
        FrameLimits limits = new(WireFormat.HardMaxFrameBytes, WireFormat.MaxRecordsPerFrame);
        FrameError fault = FrameHeader.TryRead(bytes, limits, out FrameHeader header);
        long scratchBytes = 0;
        if (fault == FrameError.None && header.Kind == FrameKind.Data)
        {
            fault = DataFrameDecoder.TryGetScratchBytes(bytes, header, keyKind, out scratchBytes);
        }

        if (fault != FrameError.None)
        {
            throw new InvalidDataException($"The frame in journal entry {address} cannot be read: {fault}.");
        }

        BlockLease block = _memory.Rent((int)FramePool.BlockBytes(header, scratchBytes));
        InboundFrame frame = frames.Get();
        frame.Take(session: null, header, block, claimedBytes: 0);
        bytes.CopyTo(block.Span);
        if (header.Kind == FrameKind.Data)
        {
            fault = FrameDecoding.Decode(frame, keyKind, checkPayload: false, scratchBytes);
            if (fault != FrameError.None)
            {
                throw new InvalidDataException($"The frame in journal entry {address} cannot be decoded: {fault}.");
            }

            index.Split(frame, keyKind == KeyKind.Text ? state.ProducerOf(entry.ProducerId).Dictionary : null);
        }

        return frame;
    }
}
