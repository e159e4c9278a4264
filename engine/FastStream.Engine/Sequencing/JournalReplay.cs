using FastStream.Engine.Ingress;
using FastStream.Engine.Journal;
using FastStream.Engine.Memory;
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

    /// <summary>Applies entries in [from, to).</summary>
    public void Run(IEntryLog journal, long from, long to)
    {
        using IEntryScanner scanner = journal.Scan(from, to);
        while (scanner.MoveNext(out long address, out EntryHeader header, out ReadOnlySpan<byte> payload))
        {
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
