using FastStream.Protocol;

namespace FastStream.Cli.Sources;

/// <summary>
/// Records out of a CSV or JSON lines file, one by one, in file order. Used by one thread. A row that cannot be used is
/// counted in <see cref="Bad"/> and passed over; it still counts as consumed, so that positions stay right.
/// </summary>
internal sealed class RecordSource : IDisposable
{
    private const int MaxKeyBytes = 249;
    private const int MaxInternedKeys = 1 << 20;

    private readonly SourceOptions _options;
    private readonly SourceInput _input;
    private readonly IRowReader _rows;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _keys;
    private readonly SourcePosition _start;

    private RecordSource(SourceOptions options, SourceInput input, SourceLayout layout, IRowReader rows, BadLines bad)
    {
        _options = options;
        _input = input;
        Layout = layout;
        _rows = rows;
        Bad = bad;
        _keys = new HashSet<string>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        _start = SourcePosition.In(input.Head, 0, 0);
    }

    public SourceLayout Layout { get; }

    public BadLines Bad { get; }

    /// <summary>Rows consumed, unusable ones included, the header not.</summary>
    public long Rows { get; private set; }

    public long Line => _rows.Line;

    /// <summary>The file's name without folder, or "stdin".</summary>
    public string Name => _input.Name;

    public bool HasPosition => _input.HasPosition;

    /// <summary>How much of the stored file has been read, 0..1; NaN when its length is not known.</summary>
    public double Progress =>
        _input.StoredBytes == 0 ? double.NaN : (double)_input.StoredBytesRead / _input.StoredBytes;

    /// <summary>Where the source stands: what a frame that ends with the last record must carry.</summary>
    public SourcePosition Position => _start with { Rows = Rows, Line = _rows.Line };

    /// <summary>Called before the source has to wait for whoever writes it.</summary>
    public Action? BeforeWaiting
    {
        set
        {
            if (_input.Waiting is { } waiting)
            {
                waiting.BeforeWaiting = value;
            }
        }
    }

    public static RecordSource Open(SourceOptions options, Action<string> showBadLine, CancellationToken stop)
    {
        SourceInput input = SourceInput.Open(options.Path, options.Follow, stop);
        try
        {
            SourceLayout layout = SourceInference.Run(options, input.Name, input.Head);
            IRowReader rows = OpenRows(options, input, layout);
            if (layout.HasHeader)
            {
                rows.TryRead(out _);
            }

            return new RecordSource(options, input, layout, rows, new BadLines(options.MaxBadLines, showBadLine));
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Passes over what an earlier run has sent. Throws when the source is not the one that it was taken in.
    /// </summary>
    public void GoTo(SourcePosition position)
    {
        if (!position.IsOf(_input.Head))
        {
            throw new CommandFailure(ExitCode.Failed,
                $"{Name} is not the file that this producer sent before: its beginning differs; "
                + "send it as a new source with --producer NAME");
        }

        while (Rows < position.Rows)
        {
            if (!_rows.TryRead(out _))
            {
                throw new CommandFailure(ExitCode.Failed,
                    $"{Name} has {Rows} rows, fewer than the {position.Rows} already sent from it; "
                    + "send it as a new source with --producer NAME");
            }

            Rows++;
        }
    }

    /// <summary>The next usable record; false at the end.</summary>
    public bool TryRead(SourceRecord record)
    {
        while (TryReadRow(out string? problem))
        {
            Rows++;
            problem ??= Convert(record);
            if (problem is null)
            {
                return true;
            }

            Bad.Add(_rows.Line, problem);
        }

        return false;
    }

    public void Dispose()
    {
        _rows.Dispose();
    }

    private static IRowReader OpenRows(SourceOptions options, SourceInput input, SourceLayout layout)
    {
        if (layout.IsJson)
        {
            return new JsonRowReader(input.Content, layout.Columns);
        }

        return input.Waiting is null
            ? new CsvRowReader(input.Content, options.Encoding, layout.Delimiter)
            : new WaitingCsvRowReader(input.Content, options.Encoding, layout.Delimiter);
    }

    private bool TryReadRow(out string? problem)
    {
        try
        {
            return _rows.TryRead(out problem);
        }
        catch (InvalidDataException error)
        {
            throw new CommandFailure(ExitCode.Failed, $"{Name}: damaged gzip after line {_rows.Line}: {error.Message}",
                error);
        }
        catch (IOException error)
        {
            throw new CommandFailure(ExitCode.Failed, $"{Name}: reading failed after line "
                + $"{_rows.Line}: {error.Message}", error);
        }
    }

    /// <summary>Null, or why the row is no record.</summary>
    private string? Convert(SourceRecord record)
    {
        ReadOnlySpan<char> timeText = _rows.Cell(Layout.TimeColumn).Trim();
        if (timeText.IsEmpty)
        {
            return $"time column \"{Layout.Columns[Layout.TimeColumn]}\" is empty{CellCountNote(Layout.TimeColumn)}";
        }

        if (!Layout.TimeFormat.TryParse(timeText, out long timeNs))
        {
            return $"time column \"{Layout.Columns[Layout.TimeColumn]}\": \"{Shorten(timeText)}\" is not "
                + $"{Layout.TimeFormat}, or outside 1678 .. 2261 (--time-format chooses another)";
        }

        record.TimeNs = timeNs;
        return ConvertKey(record) ?? ConvertFields(record);
    }

    private string? ConvertKey(SourceRecord record)
    {
        ReadOnlySpan<char> text = Layout.KeyColumn < 0 ? Layout.KeyText : _rows.Cell(Layout.KeyColumn);
        if (text.IsEmpty)
        {
            return $"key column \"{Layout.Columns[Layout.KeyColumn]}\" is empty{CellCountNote(Layout.KeyColumn)}";
        }

        if (_options.KeyKind == KeyKind.U64)
        {
            if (!NumberText.TryParseKey(text, out ulong key))
            {
                return $"key \"{Shorten(text)}\" is not a number from 0 to {ulong.MaxValue} (--key-kind "
                    + "text takes any text)";
            }

            record.NumberKey = key;
            return null;
        }

        if (text.Length * 3 > MaxKeyBytes && System.Text.Encoding.UTF8.GetByteCount(text) > MaxKeyBytes)
        {
            return $"key \"{Shorten(text)}\" is longer than {MaxKeyBytes} bytes";
        }

        record.TextKey = Intern(text);
        return null;
    }

    private string? ConvertFields(SourceRecord record)
    {
        for (int i = 0; i < record.Values.Length; i++)
        {
            SourceField field = Layout.Fields[i];
            if (field.Column == SourceField.One)
            {
                record.Values[i] = 1;
                continue;
            }

            ReadOnlySpan<char> text = _rows.Cell(field.Column).Trim();
            if (text.IsEmpty || IsAbsentText(text))
            {
                record.Values[i] = double.NaN;
            }
            else if (NumberText.TryParse(text, _options.DecimalComma, out double value))
            {
                record.Values[i] = value;
            }
            else
            {
                return $"column \"{field.ColumnName}\": \"{Shorten(text)}\" "
                    + $"{NumberText.Explain(text.ToString(), _options.DecimalComma)} (--absent TEXT lets a text "
                    + "stand for no value)";
            }
        }

        return null;
    }

    private bool IsAbsentText(ReadOnlySpan<char> text)
    {
        foreach (string absent in _options.AbsentTexts)
        {
            if (text.SequenceEqual(absent))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>One string per distinct key, so that a long file does not make one per row.</summary>
    private string Intern(ReadOnlySpan<char> text)
    {
        if (_keys.TryGetValue(text, out string? known))
        {
            return known;
        }

        string key = text.ToString();
        if (_keys.Set.Count < MaxInternedKeys)
        {
            _keys.Set.Add(key);
        }

        return key;
    }

    private string CellCountNote(int column)
    {
        return column < _rows.CellCount ? "" : $": the line has {_rows.CellCount} cells, this is number {column + 1}";
    }

    private static string Shorten(ReadOnlySpan<char> text)
    {
        return text.Length <= 40 ? text.ToString() : string.Concat(text[..37], "...");
    }
}
