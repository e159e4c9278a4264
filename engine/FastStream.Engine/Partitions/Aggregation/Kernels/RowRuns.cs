using System.Runtime.CompilerServices;

namespace FastStream.Engine.Partitions.Aggregation.Kernels;

/// <summary>
/// Finds runs: 64 or more rows that follow each other in the frame and have one key. Whether rows form a run depends
/// on the frame and on which of its records survived, never on the partition: a key's records are all in one.
/// </summary>
internal static unsafe class RowRuns
{
    /// <summary>Rows of the shortest run.</summary>
    public const int MinLength = 64;

    /// <summary>Runs a frame can have.</summary>
    public const int MaxRuns = PartitionMemory.MaxRows / MinLength;

    // A run of 64 rows covers a whole stretch of 32 that starts at a multiple of 32.
    private const int Stride = MinLength / 2;

    /// <summary>
    /// Writes (first position, length) of each run within the ascending rows; returns how many. Costs one test for
    /// 32 rows when there is none. SAFETY: <paramref name="runs"/> has room for <see cref="MaxRuns"/> pairs.
    /// </summary>
    public static int Find(ulong* keys, ushort* rows, int count, int* runs)
    {
        int found = 0;
        int from = 0;
        bool isAdjacent = count > 0 && AdjacentRows.Are(rows, count);
        for (int at = 0; at + Stride <= count; at += Stride)
        {
            if (at < from || !MayBeRun(keys, rows + at))
            {
                continue;
            }

            int end = EndOf(keys, rows, at, count, isAdjacent);
            int start = StartOf(keys, rows, at, from);
            if (end - start >= MinLength)
            {
                runs[2 * found] = start;
                runs[(2 * found) + 1] = end - start;
                found++;
                from = end;
            }
        }

        return found;
    }

    /// <summary>The plain twin of <see cref="Find"/>: row by row.</summary>
    public static int FindPlain(ulong* keys, ushort* rows, int count, int* runs)
    {
        int found = 0;
        int start = 0;
        for (int i = 1; i <= count; i++)
        {
            if (i < count && rows[i] == rows[i - 1] + 1 && keys[rows[i]] == keys[rows[i - 1]])
            {
                continue;
            }

            if (i - start >= MinLength)
            {
                runs[2 * found] = start;
                runs[(2 * found) + 1] = i - start;
                found++;
            }

            start = i;
        }

        return found;
    }

    // Three keys in one branch: where a few keys have most records, two are alike too often to be predicted.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool MayBeRun(ulong* keys, ushort* rows)
    {
        ulong key = keys[rows[0]];
        ulong differing = (key ^ keys[rows[Stride / 2]]) | (key ^ keys[rows[Stride - 1]]);
        return differing == 0 && rows[Stride - 1] - rows[0] == Stride - 1;
    }

    // The first position at or after the given one that no longer belongs to its run.
    private static int EndOf(ulong* keys, ushort* rows, int at, int count, bool isAdjacent)
    {
        int length = isAdjacent ? count - at : AdjacentFrom(rows, at, count);
        int other = new ReadOnlySpan<ulong>(keys + rows[at], length).IndexOfAnyExcept(keys[rows[at]]);
        return other < 0 ? at + length : at + other;
    }

    // Rows rise, so they are without a gap up to some position and with one from there on.
    private static int AdjacentFrom(ushort* rows, int at, int count)
    {
        int low = at;
        int high = count - 1;
        while (low < high)
        {
            int middle = low + ((high - low + 1) / 2);
            (low, high) = rows[middle] - rows[at] == middle - at ? (middle, high) : (low, middle - 1);
        }

        return low - at + 1;
    }

    private static int StartOf(ulong* keys, ushort* rows, int at, int from)
    {
        while (at > from && rows[at - 1] == rows[at] - 1 && keys[rows[at - 1]] == keys[rows[at]])
        {
            at--;
        }

        return at;
    }
}
