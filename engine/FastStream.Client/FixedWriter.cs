using System.Buffers;

namespace FastStream.Client;

/// <summary>Lets a frame writer fill one array of the right size.</summary>
internal sealed class FixedWriter(byte[] target) : IBufferWriter<byte>
{
    private int _written;

    public int WrittenCount => _written;

    public void Reset() => _written = 0;

    public void Advance(int count) => _written += count;

    public Memory<byte> GetMemory(int sizeHint = 0) => target.AsMemory(_written);

    public Span<byte> GetSpan(int sizeHint = 0) => target.AsSpan(_written);
}
