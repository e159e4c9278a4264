using System.Text;
using FastStream.Protocol;

namespace FastStream.Cli.Sources;

/// <summary>What the user said about a source; whatever is left null is inferred from its first rows.</summary>
internal sealed record SourceOptions
{
    /// <summary>A file, or <c>-</c> for standard input. <c>.gz</c> is unpacked.</summary>
    public required string Path { get; init; }

    /// <summary><c>csv</c> or <c>jsonl</c>; null: by the file's name or first character.</summary>
    public string? Syntax { get; init; }

    /// <summary>Null: found among comma, semicolon, tab and bar.</summary>
    public char? Delimiter { get; init; }

    /// <summary>Null: the first row is a header when none of its cells is a number or a time.</summary>
    public bool? HasHeader { get; init; }

    /// <summary>Null: UTF-8, or what a byte order mark says.</summary>
    public Encoding? Encoding { get; init; }

    /// <summary>A column's name, or its number from 1.</summary>
    public string? KeyColumn { get; init; }

    /// <summary>One key for all rows instead of a column.</summary>
    public string? KeyText { get; init; }

    public KeyKind KeyKind { get; init; } = KeyKind.Text;

    public string? TimeColumn { get; init; }

    /// <summary>See <see cref="TimeFormat.FromOption"/>.</summary>
    public string? TimeFormat { get; init; }

    /// <summary>Columns, each as <c>column</c> or <c>name=column</c>; empty: all columns that hold numbers.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    public bool DecimalComma { get; init; }

    /// <summary>Cells that stand for "no value", besides the empty one.</summary>
    public IReadOnlyList<string> AbsentTexts { get; init; } = [];

    /// <summary>Go on reading when the file grows.</summary>
    public bool Follow { get; init; }

    /// <summary>More unusable lines than this end the run.</summary>
    public long MaxBadLines { get; init; } = 1000;
}
