namespace FastStream.Engine.Results;

/// <summary>A copy of up to 512 rows of a closed window, made for one subscriber; immutable.</summary>
internal sealed class WindowResultPiece
{
    internal required ResultsView View { get; init; }

    internal required long StartNs { get; init; }

    internal required long EndNs { get; init; }

    internal required int Revision { get; init; }

    internal required ResultLevel Level { get; init; }

    /// <summary>Address of its entry in the results log; -1 at level applied.</summary>
    internal required long Address { get; init; }

    /// <summary>End of that entry; -1 at level applied.</summary>
    internal required long EndAddress { get; init; }

    internal required ulong[] Keys { get; init; }

    internal required long[] Counts { get; init; }

    /// <summary>Row by row.</summary>
    internal required double[] Values { get; init; }

    /// <summary>Copies an entry that is complete or has left.</summary>
    internal static WindowResultPiece Copy(ResultsView view, ResultEntry entry, ResultLevel level)
    {
        double[] values = new double[entry.RowCount * entry.ValueCount];
        for (int value = 0; value < entry.ValueCount; value++)
        {
            Interleave(entry.Values(value), values, value, entry.ValueCount);
        }

        return new WindowResultPiece
        {
            View = view,
            StartNs = entry.Window.StartNs,
            EndNs = entry.Window.EndNs,
            Revision = entry.Window.Revision,
            Level = level,
            Address = level == ResultLevel.Durable ? entry.Address : -1,
            EndAddress = level == ResultLevel.Durable ? entry.EndAddress : -1,
            Keys = entry.Keys.ToArray(),
            Counts = entry.Counts.ToArray(),
            Values = values,
        };
    }

    /// <summary>Copies an entry read from the log.</summary>
    /// <exception cref="InvalidDataException">Its rows are not as wide as those of the view.</exception>
    internal static WindowResultPiece Copy(
        ResultsView view, in ResultRows rows, int revision, long address, long endAddress)
    {
        if (rows.ValueCount != view.ValueNames.Length)
        {
            throw new InvalidDataException(
                $"The results log has an entry of {rows.ValueCount} values a row at address {address}; "
                + $"view {view.View.Name} has {view.ValueNames.Length}.");
        }

        double[] values = new double[rows.RowCount * rows.ValueCount];
        for (int value = 0; value < rows.ValueCount; value++)
        {
            Interleave(rows.Values(value), values, value, rows.ValueCount);
        }

        return new WindowResultPiece
        {
            View = view,
            StartNs = rows.WindowStartNs,
            EndNs = rows.WindowEndNs,
            Revision = revision,
            Level = ResultLevel.Durable,
            Address = address,
            EndAddress = endAddress,
            Keys = rows.Keys.ToArray(),
            Counts = rows.Counts.ToArray(),
            Values = values,
        };
    }

    private static void Interleave(ReadOnlySpan<double> column, double[] values, int value, int valueCount)
    {
        for (int row = 0; row < column.Length; row++)
        {
            values[row * valueCount + value] = column[row];
        }
    }
}
