namespace FastStream.Engine.Partitions.Preparation.Kernels;

/// <summary>Moves values between a column and a list of its rows, and cuts a list of rows by a mask.</summary>
/// <remarks>
/// SAFETY: every row is below the column's length; gathered memory holds one value a row; the mask has a bit for
/// every index it is asked for.
/// </remarks>
internal static unsafe class RowKernels
{
    public static void Gather(double* column, ReadOnlySpan<ushort> rows, double* target)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            target[i] = column[rows[i]];
        }
    }

    public static void Scatter(double* source, ReadOnlySpan<ushort> rows, double* column)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            column[rows[i]] = source[i];
        }
    }

    /// <summary>
    /// Writes the rows whose bit is set to <paramref name="accepted"/>, the others to <paramref name="refused"/>, both
    /// in order, without a branch on the data. The bit of a row is its distance from
    /// <paramref name="baseRow"/>. Returns how many were accepted.
    /// </summary>
    /// <remarks>
    /// <paramref name="accepted"/> may start at or before <paramref name="rows"/> in the same memory: a row is read
    /// before anything is written at its place. Both targets have room for all rows.
    /// </remarks>
    public static int SplitByRow(
        ReadOnlySpan<ushort> rows, int baseRow, ulong* mask, ushort* accepted, ushort* refused)
    {
        int kept = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            ushort row = rows[i];
            int bit = row - baseRow;
            int passed = (int)((mask[bit >> 6] >> bit) & 1);
            accepted[kept] = row;
            refused[i - kept] = row;
            kept += passed;
        }

        return kept;
    }

    /// <summary>As <see cref="SplitByRow"/>, but the bit of a row is its place in the list.</summary>
    public static int SplitByPlace(ReadOnlySpan<ushort> rows, ulong* mask, ushort* accepted, ushort* refused)
    {
        int kept = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            ushort row = rows[i];
            int passed = (int)((mask[i >> 6] >> i) & 1);
            accepted[kept] = row;
            refused[i - kept] = row;
            kept += passed;
        }

        return kept;
    }
}
