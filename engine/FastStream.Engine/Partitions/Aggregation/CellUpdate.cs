using FastStream.Engine.Partitions.Aggregation.Kernels;

namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>
/// Brings one window's rows of a batch into its cells: first the cell of every row, then, state by state, the values.
/// </summary>
/// <remarks>
/// Values reach a state in the order of rows, except that a run (see <see cref="RowRuns"/>) is reduced in lanes first
/// and then added in its place. So the bits of a sum depend on the frame alone. The work goes piece by piece: runs,
/// and the stretches between them.
/// </remarks>
internal static unsafe class CellUpdate
{
    /// <summary>
    /// Applies the rows. SAFETY: rows index into the columns and keys; <paramref name="overflow"/> is an initialised
    /// cell of the pane's plan.
    /// </summary>
    public static void Apply(
        Pane pane, in FrameColumns columns, ulong* keys, ushort* rows, int count, byte* overflow,
        PartitionMemory memory)
    {
        nint* cells = memory.Cells;
        int* runs = memory.Runs;
        int runCount = RowRuns.Find(keys, rows, count, runs);
        CellTable table = pane.Table;
        if (runCount == 0)
        {
            table.Resolve(keys, rows, count, cells, overflow);
        }
        else
        {
            ResolvePieces(table, keys, rows, count, cells, overflow, runs, runCount);
        }

        foreach (StatePlace place in pane.View.Plan.States)
        {
            double* values = columns.Field(place.Field);
            if (values == null)
            {
                continue;
            }

            StateInput input = new()
            {
                Cells = cells,
                Rows = rows,
                Count = count,
                Values = values,
                Times = columns.Times,
                Heap = memory.Heap,
            };
            if (runCount == 0)
            {
                place.State.Accumulate(input, place.Offset);
            }
            else
            {
                AccumulatePieces(place, input, runs, runCount);
            }
        }
    }

    private static void ResolvePieces(
        CellTable table, ulong* keys, ushort* rows, int count, nint* cells, byte* overflow, int* runs, int runCount)
    {
        int from = 0;
        for (int i = 0; i < runCount; i++)
        {
            int start = runs[2 * i];
            int length = runs[(2 * i) + 1];
            table.Resolve(keys, rows + from, start - from, cells + from, overflow);
            byte* cell = table.FindOrAdd(keys[rows[start]]);
            cell = cell == null ? overflow : cell;
            ((CellHead*)cell)->RecordCount += length;
            cells[start] = (nint)cell;
            from = start + length;
        }

        table.Resolve(keys, rows + from, count - from, cells + from, overflow);
    }

    private static void AccumulatePieces(in StatePlace place, in StateInput input, int* runs, int runCount)
    {
        int from = 0;
        for (int i = 0; i < runCount; i++)
        {
            int start = runs[2 * i];
            int length = runs[(2 * i) + 1];
            AccumulateBetween(place, input, from, start);
            int row = input.Rows[start];
            place.State.AccumulateRun(
                (byte*)input.Cells[start] + place.Offset, input.Values + row, input.Times + row, length, input.Heap);
            from = start + length;
        }

        AccumulateBetween(place, input, from, input.Count);
    }

    private static void AccumulateBetween(in StatePlace place, in StateInput input, int from, int end)
    {
        if (from < end)
        {
            StateInput piece = input;
            piece.Cells += from;
            piece.Rows += from;
            piece.Count = end - from;
            place.State.Accumulate(piece, place.Offset);
        }
    }
}
