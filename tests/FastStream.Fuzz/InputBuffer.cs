using System.Buffers;

namespace FastStream.Fuzz;

/// <summary>The bytes of one case while they are made: bounded, so that no mutation grows without end.</summary>
internal sealed class InputBuffer : IBufferWriter<byte>
{
    /// <summary>No case is longer.</summary>
    public const int CapacityBytes = 2 << 20;

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(CapacityBytes, pinned: true);

    public int Length { get; private set; }

    public Span<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Keeps the first bytes only, or shows more of what lies behind.</summary>
    public void SetLength(int length) => Length = Math.Clamp(length, 0, CapacityBytes);

    public void Set(ReadOnlySpan<byte> bytes)
    {
        Clear();
        Append(bytes);
    }

    /// <summary>Appends what fits.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(bytes.Length, CapacityBytes - Length);
        bytes[..count].CopyTo(_bytes.AsSpan(Length));
        Length += count;
    }

    /// <summary>Puts bytes between others; what does not fit falls off the end.</summary>
    public void Insert(int at, ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(bytes.Length, CapacityBytes - Length);
        Span<byte> rest = Written[at..];
        rest.CopyTo(_bytes.AsSpan(at + count));
        bytes[..count].CopyTo(_bytes.AsSpan(at));
        Length += count;
    }

    public void Remove(int at, int count)
    {
        Written[(at + count)..].CopyTo(_bytes.AsSpan(at));
        Length -= count;
    }

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0) => _bytes.AsMemory(Length);

    public Span<byte> GetSpan(int sizeHint = 0) => _bytes.AsSpan(Length);
}
