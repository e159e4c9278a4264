using System.Runtime.InteropServices;

namespace FastStream.Engine.Journal;

/// <summary>
/// Begins a new life of a log, before FASTER opens it: writes the entry "incarnation started" at the tail, so long that
/// it ends on a block, and commits it. What was rolled forward has been secured when the log was opened.
/// </summary>
/// <remarks>
/// This touches the block in which the tail lies, and only bytes at or after the tail change. Commits end on block
/// borders, so nothing that was acknowledged as durable lies in that block.
/// </remarks>
internal static unsafe class LogStart
{
    private const int ScratchBytes = 3 * DurableFile.BlockBytes;

    /// <summary>Writes and commits the entry; returns the commit that names it.</summary>
    internal static CommitRecord Begin(
        LogGeometry geometry, LogSegments segments, CommitSlots slots, in RecoveredLog recovered)
    {
        long tail = recovered.TailAddress;
        long start = geometry.StartOf(tail, LogGeometry.LeastEntryBytes);
        int payloadBytes = geometry.PaddingPayloadBytes(tail);
        byte* scratch = (byte*)NativeMemory.AlignedAlloc(ScratchBytes, DurableFile.BlockBytes);
        try
        {
            new Span<byte>(scratch, ScratchBytes).Clear();
            if (start != tail)
            {
                Write(geometry, segments, tail, 0, scratch); // zeros up to the page's end
                new Span<byte>(scratch, ScratchBytes).Clear();
            }

            EntryHeader header = new()
            {
                Kind = EntryKind.IncarnationStarted,
                Incarnation = recovered.Incarnation + 1,
                EntrySequence = recovered.EntrySequence + 1,
                DurableAddressKnown = (ulong)tail,
            };
            byte* entry = scratch + (start % DurableFile.BlockBytes);
            Span<byte> payload = new(entry + LogGeometry.LeastEntryBytes, payloadBytes);
            header.Seal(payload);
            *(int*)entry = EntryHeader.SizeBytes + payloadBytes;
            *(EntryHeader*)(entry + LogGeometry.LengthBytes) = header;
            Write(geometry, segments, start, LogGeometry.StoredBytes(payloadBytes), scratch);

            CommitRecord commit = new()
            {
                Number = recovered.Commit.Number + 1,
                BeginAddress = recovered.Commit.BeginAddress,
                UntilAddress = start + LogGeometry.StoredBytes(payloadBytes),
                Incarnation = header.Incarnation,
                EntrySequence = header.EntrySequence,
            };
            Check(slots.Write(commit, []), "commit", geometry.CommitsPath);
            return commit;
        }
        finally
        {
            NativeMemory.AlignedFree(scratch);
        }
    }

    /// <summary>
    /// Writes what was rolled forward once more and flushes it. A flush alone would not do: where it failed before,
    /// the kernel may hold bytes that it takes for written and the disk does not have.
    /// </summary>
    internal static void SecureRolledForward(LogGeometry geometry, LogSegments segments, RecoveredLog recovered)
    {
        const int ChunkBytes = 1 << 20;
        if (recovered.RolledForwardCount == 0)
        {
            return;
        }

        long until = LogGeometry.AlignToBlock(recovered.TailAddress);
        long address = recovered.Commit.UntilAddress & ~(long)(DurableFile.BlockBytes - 1);
        byte* chunk = (byte*)NativeMemory.AlignedAlloc(ChunkBytes, DurableFile.BlockBytes);
        try
        {
            while (address < until)
            {
                int segment = geometry.SegmentOf(address);
                long segmentEnd = (segment + 1L) * geometry.SegmentBytes;
                string path = geometry.SegmentPath(segment);
                DurableFile? file = segments.FileOf(segment, out int error);
                Check(error, "open", path);
                while (address < Math.Min(until, segmentEnd))
                {
                    int bytes = (int)Math.Min(ChunkBytes, Math.Min(until, segmentEnd) - address);
                    long offset = geometry.OffsetInSegment(address);
                    Check(file!.Read(offset, chunk, bytes, out int readBytes), "read", path);
                    new Span<byte>(chunk + readBytes, bytes - readBytes).Clear();
                    Check(file.Write(offset, chunk, bytes), "write", path);
                    address += bytes;
                }

                Check(file!.Flush(), "flush", path);
            }
        }
        finally
        {
            NativeMemory.AlignedFree(chunk);
        }
    }

    /// <summary>
    /// Completes the scratch with what lies before <paramref name="address"/> in its block, and writes and flushes the
    /// blocks that the entry touches.
    /// </summary>
    private static void Write(LogGeometry geometry, LogSegments segments, long address, int bytes, byte* scratch)
    {
        int segment = geometry.SegmentOf(address);
        string path = geometry.SegmentPath(segment);
        DurableFile? file = segments.FileOf(segment, out int error);
        Check(error, "open", path);
        int before = (int)(address % DurableFile.BlockBytes);
        long offset = geometry.OffsetInSegment(address) - before;
        if (before > 0)
        {
            byte* block = (byte*)NativeMemory.AlignedAlloc(DurableFile.BlockBytes, DurableFile.BlockBytes);
            error = file!.Read(offset, block, DurableFile.BlockBytes, out _);
            new Span<byte>(block, before).CopyTo(new Span<byte>(scratch, before));
            NativeMemory.AlignedFree(block);
            Check(error, "read", path);
        }

        int length = (int)LogGeometry.AlignToBlock(Math.Max(1, before + bytes));
        error = file!.Write(offset, scratch, length);
        Check(error != 0 ? error : file.Flush(), "write", path);
    }

    private static void Check(int error, string operation, string path) => AtomicFile.Check(error, operation, path);
}
