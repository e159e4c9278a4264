namespace FastStream.Engine.Partitions.Aggregation;

/// <summary>The loop of states that take one value a record.</summary>
internal static unsafe class ValueLoop
{
    /// <summary>
    /// Adds the value of each row that has one to the state at the offset in the row's cell, in the order of rows.
    /// <paramref name="values"/> starts at the batch's first row if rows are adjacent.
    /// </summary>
    public static void Run<TUpdate, TOrder>(in StateInput input, double* values, int offset)
        where TUpdate : IValueUpdate
        where TOrder : IRowOrder
    {
        nint* cells = input.Cells;
        ushort* rows = input.Rows;
        int count = input.Count;
        for (int i = 0; i < count; i++)
        {
            double value = values[TOrder.At(rows, i)];
            if (!double.IsNaN(value))
            {
                TUpdate.Add((byte*)cells[i] + offset, value);
            }
        }
    }

    /// <summary>The same, whatever the rows are.</summary>
    public static void Run<TUpdate>(in StateInput input, int offset)
        where TUpdate : IValueUpdate
    {
        if (AdjacentRows.Are(input.Rows, input.Count))
        {
            Run<TUpdate, AdjacentRows>(input, input.Values + input.Rows[0], offset);
        }
        else
        {
            Run<TUpdate, ListedRows>(input, input.Values, offset);
        }
    }
}
