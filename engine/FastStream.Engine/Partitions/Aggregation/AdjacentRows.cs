using System.Runtime.CompilerServices;

namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>Rows r, r + 1, r + 2, ...: the columns start at r.</summary>
internal readonly unsafe struct AdjacentRows : IRowOrder
{
    /// <summary>Whether ascending rows have no gap.</summary>
    public static bool Are(ushort* rows, int count) => rows[count - 1] - rows[0] == count - 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint At(ushort* rows, nint i) => i;
}
