using FastStream.Engine.Partitions.Aggregation.Kernels;
using FastStream.Engine.Partitions.Aggregation.States;

namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>
/// Brings one window's rows of a batch into its cells: in one pass for a view of one field, else by tiles, first the
/// cell of every row, then, state by state, the values.
/// </summary>
/// <remarks>
/// Values reach a state in the order of rows, except that a run (see <see cref="RowRuns"/>) is reduced in lanes first
/// and then added in its place. So the bits of a sum depend on the frame alone. Between runs the work goes by tiles
/// of rows, so that the cells found are still in the first-level cache when their states are updated.
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
        int* runs = memory.Runs;
        int runCount = RowRuns.Find(keys, rows, count, runs);
        int from = 0;
        for (int i = 0; i < runCount; i++)
        {
            int start = runs[2 * i];
            int length = runs[(2 * i) + 1];
            if (i + 1 < runCount)
            {
                pane.Table.PrefetchCell(keys[rows[runs[2 * (i + 1)]]]);
            }

            ApplyTiles(pane, columns, keys, rows + from, start - from, overflow, memory);
            ApplyRun(pane, columns, keys[rows[start]], rows[start], length, overflow, memory.Heap);
            from = start + length;
        }

        ApplyTiles(pane, columns, keys, rows + from, count - from, overflow, memory);
    }

    private static void ApplyTiles(
        Pane pane, in FrameColumns columns, ulong* keys, ushort* rows, int count, byte* overflow,
        PartitionMemory memory)
    {
        if (pane.View.Plan.OneField is { } plan)
        {
            UpdateOneField(pane.Table, plan, columns, keys, rows, count, overflow);
            return;
        }

        ReadOnlySpan<StatePlace> states = pane.View.Plan.States;
        nint* cells = memory.Cells;
        int tile;
        for (int from = 0; from < count; from += tile)
        {
            tile = Math.Min(CellTable.TileRows, count - from);
            tile = pane.Table.Resolve(keys, rows + from, tile, cells, overflow);
            foreach (ref readonly StatePlace place in states)
            {
                double* values = columns.Field(place.Field);
                if (values != null)
                {
                    StateInput input = new()
                    {
                        Cells = cells,
                        Rows = rows + from,
                        Count = tile,
                        Values = values,
                        Times = columns.Times,
                        Heap = memory.Heap,
                    };
                    place.State.Accumulate(input, place.Offset);
                }
            }
        }
    }

    private static void UpdateOneField(
        CellTable table, OneFieldPlan plan, in FrameColumns columns, ulong* keys, ushort* rows, int count,
        byte* overflow)
    {
        double* values = columns.Field(plan.Field);
        if (plan.HasMoments)
        {
            table.Update<WithMoments>(keys, rows, values, count, overflow);
        }
        else
        {
            table.Update<WithoutMoments>(keys, rows, values, count, overflow);
        }
    }

    private static void ApplyRun(
        Pane pane, in FrameColumns columns, ulong key, int row, int length, byte* overflow, PartitionHeap heap)
    {
        if (pane.View.Plan.OneField is { } plan)
        {
            double* column = columns.Field(plan.Field);
            pane.Table.UpdateRun(key, column == null ? null : column + row, length, overflow);
            return;
        }

        byte* cell = pane.Table.CountRun(key, length, overflow);
        foreach (ref readonly StatePlace place in pane.View.Plan.States)
        {
            double* values = columns.Field(place.Field);
            if (values != null)
            {
                place.State.AccumulateRun(cell + place.Offset, values + row, columns.Times + row, length, heap);
            }
        }
    }
}
