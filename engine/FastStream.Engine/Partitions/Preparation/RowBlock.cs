namespace FastStream.Engine.Partitions.Preparation;

/// <summary>
/// A stretch of a list of rows, short enough for the first-level cache. Where its rows lie close together the kernels
/// run over the columns in place, rows of others included (their results are never looked at); where they are
/// scattered, the values are gathered first.
/// </summary>
internal readonly ref struct RowBlock
{
    /// <summary>Most values a kernel is given at once: 16 KiB a column.</summary>
    public const int MaxSpan = 2_048;

    /// <summary>Rows of a block that is not fully dense; in place as long as one row in four is ours.</summary>
    private const int SparseRows = MaxSpan / 4;

    private RowBlock(ReadOnlySpan<ushort> rows, bool inPlace)
    {
        Rows = rows;
        InPlace = inPlace;
    }

    /// <summary>The rows, ascending, at least one.</summary>
    public ReadOnlySpan<ushort> Rows { get; }

    /// <summary>True when kernels read columns from <see cref="BaseRow"/> on; false for gathered values.</summary>
    public bool InPlace { get; }

    /// <summary>The first row.</summary>
    public int BaseRow => Rows[0];

    /// <summary>How many values the kernels work on.</summary>
    public int ValueCount => InPlace ? Rows[^1] - Rows[0] + 1 : Rows.Length;

    /// <summary>The first block of a list that is not empty.</summary>
    public static RowBlock First(ReadOnlySpan<ushort> rows)
    {
        int dense = int.Min(MaxSpan, rows.Length);
        if (rows[dense - 1] - rows[0] < MaxSpan)
        {
            return new RowBlock(rows[..dense], inPlace: true);
        }

        int sparse = int.Min(SparseRows, rows.Length);
        return new RowBlock(rows[..sparse], rows[sparse - 1] - rows[0] < MaxSpan);
    }
}
