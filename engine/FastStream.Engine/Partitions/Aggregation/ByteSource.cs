using System.Runtime.CompilerServices;

namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>Reads what a <see cref="ByteSink"/> wrote; short input throws <see cref="InvalidDataException"/>.</summary>
internal unsafe ref struct ByteSource(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    /// <summary>Bytes not yet read.</summary>
    public readonly int Remaining => _bytes.Length - _at;

    /// <summary>The next value.</summary>
    public T Read<T>()
        where T : unmanaged => Unsafe.ReadUnaligned<T>(in Take(sizeof(T))[0]);

    /// <summary>Copies the next bytes.</summary>
    public void Read(byte* target, int count) => Take(count).CopyTo(new Span<byte>(target, count));

    /// <summary>The next bytes, in place.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)Remaining)
        {
            throw new InvalidDataException($"Saved state ends {Remaining} bytes on; {count} were expected.");
        }

        ReadOnlySpan<byte> taken = _bytes.Slice(_at, count);
        _at += count;
        return taken;
    }
}
