using FastStream.Engine.Journal;

namespace FastStream.Fuzz.Targets.Storage;

/// <summary>One of <see cref="ByteFiles"/>.</summary>
internal sealed unsafe class ByteFile(string path, byte[] bytes, int length) : DurableFile(path)
{
    internal override bool IsDirect => false;

    internal override long LengthBytes => length;

    internal override int Write(long offset, byte* source, int count) => throw new NotSupportedException();

    internal override int Read(long offset, byte* destination, int count, out int readBytes)
    {
        readBytes = (int)Math.Clamp(length - offset, 0, count);
        bytes.AsSpan((int)Math.Min(offset, length), readBytes).CopyTo(new Span<byte>(destination, count));
        return 0;
    }

    internal override int Flush() => throw new NotSupportedException();

    internal override int Preallocate(long lengthBytes) => throw new NotSupportedException();

    public override void Dispose()
    {
    }
}
