using System.Runtime.InteropServices;

namespace FastStream.Peers.Running;

/// <summary>Native memory at a multiple of 4,096, as O_DIRECT wants it.</summary>
internal sealed unsafe class AlignedMemory(int bytes) : IDisposable
{
    private byte* _pointer = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, 4_096);

    public byte* Pointer => _pointer;

    public Span<byte> Span => new(_pointer, bytes);

    public void Dispose()
    {
        NativeMemory.AlignedFree(_pointer);
        _pointer = null;
    }
}
