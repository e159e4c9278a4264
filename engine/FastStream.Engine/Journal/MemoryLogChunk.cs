using System.Runtime.InteropServices;

namespace FastStream.Engine.Journal;

/// <summary>
/// A MiB of a <see cref="MemoryLog"/>, outside the collected heap: as arrays the chunks of a log that fills up would
/// cause full collections.
/// </summary>
/// <remarks>
/// Freed by its finaliser, when neither the log nor a reader has it any more: a reader may copy from a chunk that the
/// log has just let go.
/// </remarks>
internal sealed unsafe class MemoryLogChunk
{
    public const int SizeLog2 = 20;
    public const int SizeBytes = 1 << SizeLog2;

    private readonly byte* _bytes = (byte*)NativeMemory.Alloc(SizeBytes);

    ~MemoryLogChunk() => NativeMemory.Free(_bytes);

    /// <summary>Writes at an offset.</summary>
    public void Write(int at, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Place(at, bytes.Length));
        GC.KeepAlive(this);
    }

    /// <summary>Writes zeros at an offset.</summary>
    public void Clear(int at, int count)
    {
        Place(at, count).Clear();
        GC.KeepAlive(this);
    }

    /// <summary>Copies what lies at an offset.</summary>
    public void Read(int at, Span<byte> target)
    {
        Place(at, target.Length).CopyTo(target);
        GC.KeepAlive(this);
    }

    // A slice of the whole, so that what lies outside throws.
    private Span<byte> Place(int at, int count) => new Span<byte>(_bytes, SizeBytes).Slice(at, count);
}
