using System.Runtime.CompilerServices;

namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>Rows as they are listed.</summary>
internal readonly unsafe struct ListedRows : IRowOrder
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint At(ushort* rows, nint i) => rows[i];
}
