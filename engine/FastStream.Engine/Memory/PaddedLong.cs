using System.Runtime.InteropServices;

namespace FastStream.Engine.Memory;

/// <summary>
/// A 64-bit cursor alone on its cache lines: 64 bytes before it and 56 after, so that two neighbours are 128 bytes
/// apart and the adjacent-line prefetcher does not couple their writers either.
/// </summary>
/// <remarks>
/// One thread writes <see cref="Value"/> with Volatile.Write, others read it with Volatile.Read; whoever declares
/// the field names the writer.
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
internal struct PaddedLong
{
    internal const int SizeBytes = 128;

    [FieldOffset(64)]
    internal long Value;
}
