namespace FastStream.Cli.Sources;

/// <summary>Rows of cells, whatever the file's syntax. Used by one thread.</summary>
internal interface IRowReader : IDisposable
{
    /// <summary>The line on which the current row starts, from 1.</summary>
    long Line { get; }

    /// <summary>Cells of the current row; a JSON row always has one for each column asked for.</summary>
    int CellCount { get; }

    /// <summary>False at the end. A row that is there but unusable comes with a <paramref name="problem"/>.</summary>
    bool TryRead(out string? problem);

    /// <summary>Empty where the row has no such cell, or says null. Valid until the next cell is asked for.</summary>
    ReadOnlySpan<char> Cell(int column);
}
