using System.Collections.Concurrent;
using FastStream.Engine.Journal;

namespace FastStream.Tests.Snapshots;

/// <summary>The machine's file system, which notes what is read of the segment files.</summary>
internal sealed class ReadRecorder : FileSystem
{
    /// <summary>Path, offset and length of each read.</summary>
    public ConcurrentQueue<(string Path, long Offset, int Bytes)> Reads { get; } = [];

    internal override bool TakesReaders => OfMachine.TakesReaders;

    internal override DurableFile? Open(string path, bool direct, out int error) =>
        Wrap(OfMachine.Open(path, direct, out error));

    internal override DurableFile? OpenToRead(string path, bool direct, out int error) =>
        Wrap(OfMachine.OpenToRead(path, direct, out error));

    internal override bool FileExists(string path) => OfMachine.FileExists(path);

    internal override bool DirectoryExists(string path) => OfMachine.DirectoryExists(path);

    internal override IReadOnlyList<string> FilesIn(string directory) => OfMachine.FilesIn(directory);

    internal override int CreateDirectory(string path) => OfMachine.CreateDirectory(path);

    internal override int DeleteDirectory(string path) => OfMachine.DeleteDirectory(path);

    internal override int Rename(string from, string to) => OfMachine.Rename(from, to);

    internal override int Delete(string path) => OfMachine.Delete(path);

    internal override IDisposable Lock(string folder) => OfMachine.Lock(folder);

    internal override string? VolatileKind(string directory) => OfMachine.VolatileKind(directory);

    protected override int FlushNames(string directory) => OfMachine.FlushDirectory(directory);

    private RecordedFile? Wrap(DurableFile? file) => file is null ? null : new RecordedFile(file, this);

    private sealed unsafe class RecordedFile(DurableFile file, ReadRecorder recorder) : DurableFile(file.Path)
    {
        internal override bool IsDirect => file.IsDirect;

        internal override long LengthBytes => file.LengthBytes;

        internal override int Write(long offset, byte* source, int bytes) => file.Write(offset, source, bytes);

        internal override int Read(long offset, byte* destination, int bytes, out int readBytes)
        {
            int error = file.Read(offset, destination, bytes, out readBytes);
            recorder.Reads.Enqueue((Path, offset, readBytes));
            return error;
        }

        internal override int Flush() => file.Flush();

        internal override int Preallocate(long lengthBytes) => file.Preallocate(lengthBytes);

        public override void Dispose() => file.Dispose();
    }
}
