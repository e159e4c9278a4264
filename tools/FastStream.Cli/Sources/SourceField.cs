namespace FastStream.Cli.Sources;

/// <summary>One field of the records and where it comes from.</summary>
/// <param name="Name">The stream's field name.</param>
/// <param name="Column">Index of the cell in its row, or <see cref="One"/>.</param>
/// <param name="ColumnName">What the file calls it, for messages.</param>
internal readonly record struct SourceField(string Name, int Column, string ColumnName)
{
    /// <summary>Not a column: the field is 1 in every record.</summary>
    public const int One = -1;
}
