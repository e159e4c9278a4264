using System.Runtime.InteropServices;

namespace FastStream.Fuzz;

/// <summary>
/// Memory between two pages that must not be touched: a read or write beyond either end kills the process at once,
/// which the supervisor tells from the notes. Without the guard outside Linux.
/// </summary>
internal sealed unsafe partial class GuardedMemory : IDisposable
{
    private const int PageBytes = 4096;
    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;

    private readonly byte* _start;
    private readonly nuint _mappedBytes;
    private readonly int _capacityBytes;

    public GuardedMemory(int capacityBytes)
    {
        _capacityBytes = (capacityBytes + PageBytes - 1) & -PageBytes;
        _mappedBytes = (nuint)_capacityBytes + (2 * PageBytes);
        if (!OperatingSystem.IsLinux())
        {
            _start = (byte*)NativeMemory.AlignedAlloc((nuint)_capacityBytes, PageBytes);
            return;
        }

        nint mapped = MemoryMap(0, _mappedBytes, 0, PrivateAnonymous, -1, 0);
        _start = (byte*)mapped + PageBytes;
        if (mapped == -1 || Protect((nint)_start, (nuint)_capacityBytes, ReadWrite) != 0)
        {
            throw new InvalidOperationException($"{_mappedBytes} bytes cannot be mapped: error {Marshal.GetLastPInvokeError()}.");
        }
    }

    /// <summary>So many bytes that end at the guard, or begin behind the one before.</summary>
    public Span<byte> Take(int bytes, bool atEnd) =>
        new(atEnd ? _start + (_capacityBytes - bytes) : _start, bytes);

    /// <summary>A copy that ends at the guard, or begins behind the one before.</summary>
    public ReadOnlySpan<byte> Copy(ReadOnlySpan<byte> bytes, bool atEnd)
    {
        Span<byte> copy = Take(bytes.Length, atEnd);
        bytes.CopyTo(copy);
        return copy;
    }

    public void Dispose()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Unmap((nint)(_start - PageBytes), _mappedBytes);
        }
        else
        {
            NativeMemory.AlignedFree(_start);
        }
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint MemoryMap(nint address, nuint bytes, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(nint address, nuint bytes, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint bytes);
}
