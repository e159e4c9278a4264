namespace FastStream.Cli.Sources;

/// <summary>How the rows of one source become records. Fixed before the first record.</summary>
internal sealed record SourceLayout
{
    public required bool IsJson { get; init; }

    public required char Delimiter { get; init; }

    public required bool HasHeader { get; init; }

    /// <summary>Names of all cells; the file's own, or c1, c2, ... without a header.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>-1: every record has <see cref="KeyText"/>.</summary>
    public required int KeyColumn { get; init; }

    public required string? KeyText { get; init; }

    public required int TimeColumn { get; init; }

    public required TimeFormat TimeFormat { get; init; }

    public required IReadOnlyList<SourceField> Fields { get; init; }

    /// <summary>What was inferred, a line each: said aloud before anything is sent.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }
}
