using System.Runtime.InteropServices;
using FastStream.Engine.Journal;

namespace FastStream.Engine.Repair;

/// <summary>Writes the sound copy of one log: its segments with their holes filled, its commit, its sizes.</summary>
internal static unsafe class LogCopier
{
    private const int PieceBytes = 1 << 20;

    internal static void Write(LogPatch patch, string directory)
    {
        LogGeometry source = patch.Source;
        FileSystem files = source.Files;
        LogGeometry target = source with { Directory = directory };
        AtomicFile.Check(files.CreateDirectories(directory), "create", directory);
        int last = source.SegmentOf(Math.Max(patch.BeginAddress, patch.EndAddress - 1));
        byte* piece = (byte*)NativeMemory.AlignedAlloc(PieceBytes, DurableFile.BlockBytes);
        try
        {
            for (int segment = source.SegmentOf(patch.BeginAddress); segment <= last; segment++)
            {
                CopySegment(patch, target, segment, piece);
            }
        }
        finally
        {
            NativeMemory.AlignedFree(piece);
        }

        WriteCommit(patch, target);
        AtomicFile.Check(files.FlushDirectory(directory), "flush", directory);
        LogManifest.Write(target);
    }

    private static void CopySegment(LogPatch patch, LogGeometry target, int segment, byte* piece)
    {
        LogGeometry source = patch.Source;
        FileSystem files = source.Files;
        string path = target.SegmentPath(segment);
        using DurableFile? from = files.OpenToRead(source.SegmentPath(segment), direct: false, out _);
        using DurableFile to = files.Open(path, direct: false, out int error)
            ?? throw AtomicFile.Failed("create", path, error);
        AtomicFile.Check(to.Preallocate(source.SegmentBytes), "get space for", path);
        long start = segment * source.SegmentBytes;
        for (long offset = 0; offset < source.SegmentBytes && start + offset < patch.EndAddress; offset += PieceBytes)
        {
            int bytes = (int)Math.Min(PieceBytes, source.SegmentBytes - offset);
            int read = 0;

            // What cannot be read is a hole, which is filled below.
            _ = from?.Read(offset, piece, bytes, out read);
            Span<byte> span = new(piece, bytes);
            span[read..].Clear();
            patch.Apply(start + offset, span);
            AtomicFile.Check(to.Write(offset, piece, bytes), "write", path);
        }

        AtomicFile.Check(to.Flush(), "flush", path);
    }

    private static void WriteCommit(LogPatch patch, LogGeometry target)
    {
        DurableFile file = target.Files.Open(target.CommitsPath, direct: false, out int error)
            ?? throw AtomicFile.Failed("create", target.CommitsPath, error);
        using CommitSlots slots = new(file, newest: default, newestSlot: -1, (_, _, _) => { });
        error = file.Preallocate(CommitSlots.FileBytes);
        CommitRecord commit = new()
        {
            Number = (long)patch.LastSequence, // above any commit before: there are no more commits than entries
            BeginAddress = patch.BeginAddress,
            UntilAddress = patch.EndAddress,
            Incarnation = patch.LastIncarnation,
            EntrySequence = patch.LastSequence,
        };
        AtomicFile.Check(error != 0 ? error : slots.Write(commit, []), "write", target.CommitsPath);
    }
}
