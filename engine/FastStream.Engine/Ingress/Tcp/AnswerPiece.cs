using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FastStream.Engine.Ingress.Tcp;

/// <summary>Memory that answers are written into; belongs to an <see cref="AnswerPieces"/>.</summary>
/// <remarks>
/// Owner: the buffer that rented it, until it gives it back. The memory is not the collector's: answers that nobody
/// reads come and go by the megabyte, and each large array would bring a collection of all generations nearer.
/// </remarks>
internal sealed unsafe class AnswerPiece(int capacityBytes) : MemoryManager<byte>
{
    private readonly NativeBytes _bytes = new(capacityBytes);

    internal int CapacityBytes => capacityBytes;

    /// <summary>The piece behind it; written by the buffer that holds both.</summary>
    internal AnswerPiece? Next { get; set; }

    /// <summary>Bytes written from its start on; written by the buffer that holds it.</summary>
    internal int WrittenBytes { get; set; }

    /// <inheritdoc/>
    public override Span<byte> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_bytes.IsClosed, this);

        // SAFETY: capacityBytes were allocated there. They are freed by Free, after which nobody holds a span, or when
        // the piece cannot be reached any more: a buffer that hands out spans holds the piece.
        return new Span<byte>(_bytes.Pointer, capacityBytes);
    }

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)capacityBytes);
        return new MemoryHandle(_bytes.Pointer + elementIndex); // never moves
    }

    /// <inheritdoc/>
    public override void Unpin()
    {
    }

    /// <summary>Frees it. Nobody may hold a span of it any more.</summary>
    internal void Free() => Dispose(disposing: true);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _bytes.Dispose();

    private sealed class NativeBytes : SafeHandleZeroOrMinusOneIsInvalid
    {
        internal NativeBytes(int count)
            : base(ownsHandle: true) => SetHandle((nint)NativeMemory.Alloc((nuint)count));

        internal byte* Pointer => (byte*)handle;

        protected override bool ReleaseHandle()
        {
            NativeMemory.Free((void*)handle);
            return true;
        }
    }
}
