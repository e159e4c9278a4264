using FastStream.Engine.Journal;

namespace FastStream.TestKit.Files;

/// <summary>An open file of a <see cref="SimulatedFileSystem"/>; useless after the process that opened it.</summary>
internal sealed unsafe class SimulatedFile(SimulatedFileSystem files, SimulatedContent content, string path, bool direct)
    : DurableFile(path)
{
    internal override bool IsDirect => direct;

    internal override long LengthBytes => content.LengthBytes;

    /// <summary>The process that opened it.</summary>
    internal int Life { get; } = files.Life;

    internal override int Write(long offset, byte* source, int bytes) =>
        files.Write(this, content, offset, new ReadOnlySpan<byte>(source, bytes));

    internal override int Read(long offset, byte* destination, int bytes, out int readBytes) =>
        files.Read(this, content, offset, new Span<byte>(destination, bytes), out readBytes);

    internal override int Flush() => files.Flush(this, content);

    internal override int Preallocate(long lengthBytes) => files.Preallocate(this, content, lengthBytes);

    public override void Dispose()
    {
        // The content belongs to the file system.
    }
}
