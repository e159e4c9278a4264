using System.Runtime.CompilerServices;

namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>A growing array that saved rows are written to; kept and reused, so that it stops growing.</summary>
internal sealed unsafe class ByteSink
{
    private byte[] _bytes = new byte[4096];

    /// <summary>Bytes written.</summary>
    public int Count { get; private set; }

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Count);

    /// <summary>Forgets what was written.</summary>
    public void Clear() => Count = 0;

    /// <summary>Appends one value in memory order (little-endian machines only, as everywhere in the engine).</summary>
    public void Append<T>(T value)
        where T : unmanaged
    {
        Unsafe.WriteUnaligned(ref Claim(sizeof(T)), value);
    }

    /// <summary>Appends raw bytes.</summary>
    public void Append(byte* source, int count) => Append(new ReadOnlySpan<byte>(source, count));

    /// <summary>Appends raw bytes.</summary>
    public void Append(ReadOnlySpan<byte> source)
    {
        if (source.Length > 0)
        {
            ref byte target = ref Claim(source.Length);
            Unsafe.CopyBlockUnaligned(ref target, in source[0], (uint)source.Length);
        }
    }

    /// <summary>Overwrites four bytes written before: a length known only afterwards.</summary>
    public void PatchInt32(int at, int value) => Unsafe.WriteUnaligned(ref _bytes.AsSpan(at, sizeof(int))[0], value);

    private ref byte Claim(int count)
    {
        if (_bytes.Length - Count < count)
        {
            Array.Resize(ref _bytes, checked(Math.Max(_bytes.Length * 2, Count + count)));
        }

        ref byte at = ref _bytes[Count];
        Count += count;
        return ref at;
    }
}
